"""The list of briefs, newest first, and each show's calendar."""

import re
from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from admin.signed_in import needs
from brief_audio.db.brief_lists import Key
from brief_audio.domain.accounts import Role
from brief_audio.domain.brief_standing import Standing
from brief_audio.domain.clock import utc_now
from brief_audio.http import container
from brief_audio.services import brief_lists
from brief_audio.statuses import MALFORMED
from brief_audio.wording import local

blueprint = Blueprint("briefs", __name__, url_prefix="/admin")

KEY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?\.([0-9]{1,18})")
MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
FIRST_YEAR, LAST_YEAR = 1970, 9998  # a month before and after can be shown


@blueprint.get("/briefs/")
@needs(Role.VIEWER)
def listing() -> ResponseReturnValue:
    """List the briefs; `?view=calendar` shows a month of one show."""
    if request.args.get("view") == "calendar":
        return _calendar()
    show, standing = request.args.get("show") or None, _standing()
    with container().db.transaction() as session:
        found = brief_lists.listing(session, show=show, standing=standing, after=_after())
    template = "admin/briefs/empty.html" if found.is_bare else "admin/briefs/list.html"
    older = f"{found.older.local_date or ''}.{found.older.brief_id}" if found.older else None
    return render_template(template, found=found, show=show, standing=standing, standings=Standing, older=older)


def _calendar() -> ResponseReturnValue:
    with container().db.transaction() as session:
        month = brief_lists.month(session, show=request.args.get("show") or None, first=_month())
    if month is None:
        return render_template("admin/briefs/empty.html")
    return render_template(
        "admin/briefs/calendar.html",
        month=month,
        before=_moved(month.first, -1),
        after=_moved(month.first, 1),
        today=local(utc_now(), month.show.time_zone).date(),
    )


def _standing() -> Standing | None:
    asked = request.args.get("state")
    if not asked:
        return None
    if asked not in set(Standing):
        abort(MALFORMED, "There is no such state of briefs. Choose one of those that the list offers.")
    return Standing(asked)


def _after() -> Key | None:
    asked = request.args.get("before")
    if not asked:
        return None
    found = KEY.fullmatch(asked)
    try:
        if found:
            return Key(date.fromisoformat(found[1]) if found[1] else None, int(found[2]))
    except ValueError:
        pass
    return abort(MALFORMED, "There is no such page of this list. Begin at its first page.")


def _month() -> date:
    asked = request.args.get("month")
    if not asked:
        return utc_now().date().replace(day=1)
    found = MONTH.fullmatch(asked)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR or not 1 <= int(found[2]) <= 12:  # noqa: PLR2004
        abort(MALFORMED, "There is no such month. Write it like 2026-03.")
    return date(int(found[1]), int(found[2]), 1)


def _moved(first: date, months: int) -> str:
    index = first.year * 12 + first.month - 1 + months
    return f"{index // 12:04}-{index % 12 + 1:02}"
