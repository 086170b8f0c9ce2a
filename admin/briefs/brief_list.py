"""The list of briefs, newest first, and each show's calendar."""

import re
from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from admin.shared.current_user import needs
from brief_audio.db.briefs.brief_list import BriefKey
from brief_audio.domain.accounts import Role
from brief_audio.domain.brief_status import BriefStatus
from brief_audio.domain.clock import utc_now
from brief_audio.domain.time_zones import local
from brief_audio.http.request_context import container
from brief_audio.http.statuses import MALFORMED
from brief_audio.services.briefs import brief_list

blueprint = Blueprint("briefs", __name__, url_prefix="/admin")

KEY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?\.([0-9]{1,18})")
MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
FIRST_YEAR, LAST_YEAR = 1970, 9998  # the months before and after exist, too


@blueprint.get("/briefs/")
@needs(Role.VIEWER)
def listing() -> ResponseReturnValue:
    """List the briefs; `?view=calendar` shows one month of one show."""
    if request.args.get("view") == "calendar":
        return _calendar()
    show, standing = request.args.get("show") or None, _standing()
    with container().db.transaction() as session:
        found = brief_list.listing(session, show=show, standing=standing, after=_after())
    template = "admin/briefs/empty.html" if found.is_bare else "admin/briefs/list.html"
    older = f"{found.older.local_date or ''}.{found.older.brief_id}" if found.older else None
    return render_template(template, found=found, show=show, standing=standing, standings=BriefStatus, older=older)


def _calendar() -> ResponseReturnValue:
    with container().db.transaction() as session:
        month = brief_list.month(session, show=request.args.get("show") or None, first=_month())
    if month is None:
        return render_template("admin/briefs/empty.html")
    return render_template(
        "admin/briefs/calendar.html",
        month=month,
        before=_moved(month.first, -1),
        after=_moved(month.first, 1),
        today=local(utc_now(), month.show.time_zone).date(),
    )


def _standing() -> BriefStatus | None:
    requested = request.args.get("state")
    if not requested:
        return None
    if requested not in set(BriefStatus):
        abort(MALFORMED, "Briefs have no such state. Choose one from the list.")
    return BriefStatus(requested)


def _after() -> BriefKey | None:
    requested = request.args.get("before")
    if not requested:
        return None
    found = KEY.fullmatch(requested)
    try:
        if found:
            return BriefKey(date.fromisoformat(found[1]) if found[1] else None, int(found[2]))
    except ValueError:
        pass
    return abort(MALFORMED, "This page of the list doesn’t exist. Go back to the first page.")


def _month() -> date:
    requested = request.args.get("month")
    if not requested:
        return utc_now().date().replace(day=1)
    found = MONTH.fullmatch(requested)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR or not 1 <= int(found[2]) <= 12:  # noqa: PLR2004
        abort(MALFORMED, "This is not a valid month. Use a year and month such as 2026-03.")
    return date(int(found[1]), int(found[2]), 1)


def _moved(first: date, months: int) -> str:
    index = first.year * 12 + first.month - 1 + months
    return f"{index // 12:04}-{index % 12 + 1:02}"
