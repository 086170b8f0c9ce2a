"""The Errors page: failures of the workers, the store and the site, with repeated errors grouped."""

import re
from datetime import UTC, datetime, timedelta

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from admin.shared.current_user import needs
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ErrorSource
from brief_audio.http.request_context import container
from brief_audio.http.statuses import MALFORMED
from brief_audio.services.operations import error_list

blueprint = Blueprint("errors", __name__, url_prefix="/admin/errors")

WORDS = {ErrorSource.WORKER: "Workers", ErrorSource.STORE: "Store", ErrorSource.HTTP: "Site"}
ICONS = {ErrorSource.WORKER: "workers", ErrorSource.STORE: "down", ErrorSource.HTTP: "briefs"}
PLACE = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")  # microseconds since 1970, then a row ID
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@blueprint.get("/")
@needs(Role.VIEWER)
def listing() -> ResponseReturnValue:
    """List errors, newest first: `?source=store&before=…`."""
    source, before = _source(), _before()
    with container().db.transaction() as session:
        found = error_list.page(session, source=source, before=before)
    return render_template(
        "admin/operations/errors.html",
        page=found,
        source=source,
        is_first=before is None,
        words=WORDS,
        icons=ICONS,
        known_endpoints=current_app.view_functions,
        most=error_list.MOST_COUNTED,
        total=sum(found.counts.values()),
        older=_written(found.older) if found.older else None,
    )


def _source() -> ErrorSource | None:
    asked = request.args.get("source", "")
    if asked in {"", *ErrorSource}:
        return ErrorSource(asked) if asked else None
    return abort(
        MALFORMED, "The source in this address is unknown. Use worker, store or http, or choose a filter on the page."
    )


def _before() -> tuple[datetime, int] | None:
    """Return the last error of the page before this one."""
    asked = request.args.get("before", "")
    if not asked:
        return None
    place = PLACE.fullmatch(asked)
    if place is None:
        abort(MALFORMED, "The page position in this address is not valid. Start from the first page.")
    return EPOCH + int(place[1]) * MICROSECOND, int(place[2])


def _written(place: tuple[datetime, int]) -> str:
    return f"{(place[0] - EPOCH) // MICROSECOND}-{place[1]}"
