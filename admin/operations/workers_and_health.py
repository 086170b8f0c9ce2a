"""The Workers and health page: whether workers are running and the systems they need are OK."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from admin.shared.current_user import needs
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.http.advice import fix_for
from brief_audio.http.request_context import container
from brief_audio.services.operations.health import Check, Level
from brief_audio.services.pages import overview
from brief_audio.services.pages.overview import Overview

blueprint = Blueprint("workers", __name__, url_prefix="/admin/workers")

STATES = {Level.OK: "completed", Level.WARN: "errors", Level.FAIL: "failed"}
WORDS = {Level.OK: "OK", Level.WARN: "Degraded", Level.FAIL: "Failed"}
NAMES = {"migrations": "Schema", "jobs": "Jobs", "ffmpeg": "ffmpeg"}


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """The page's heading: its state and a one-sentence summary."""

    state: str
    sentence: str


@blueprint.get("/")
@needs(Role.VIEWER)
def page() -> ResponseReturnValue:
    """Show the workers; `?look=1` includes the system checks, for browsers without JavaScript."""
    parts = _parts() if request.args.get("look") == "1" else None
    return render_template("admin/operations/workers.html", parts_seen=parts, **_now())


@blueprint.get("/live")
@needs(Role.VIEWER)
def live() -> ResponseReturnValue:
    """Render only the part that refreshes itself."""
    return render_template("admin/operations/workers_live.html", **_now())


@blueprint.get("/parts")
@needs(Role.VIEWER)
def parts() -> ResponseReturnValue:
    """Check the database, the store and ffmpeg; rendered separately, since a store that is down responds slowly."""
    return render_template("admin/operations/system_checks.html", parts_seen=_parts())


def _now() -> dict[str, Any]:
    with container().db.transaction() as session:
        found = overview.overview(session, now=utc_now())
    return {"found": found, "answer": answer(found), "known_endpoints": current_app.view_functions}


def _parts() -> list[tuple[str, str, str, Check, str]]:
    seen = overview.parts(container().db, container().store)
    return [
        (NAMES.get(check.name, check.name.capitalize()), STATES[check.level], WORDS[check.level], check, fix_for(check))
        for check in seen
    ]


def answer(found: Overview) -> PartAnswer:
    """Return the page's one-sentence summary."""
    there, silent, late = len(found.workers), found.silent, len(found.late)
    if late:
        return PartAnswer("late", f"{_counted(late, 'edition')} late; {_workers(there, silent)}")
    if there == silent:
        return PartAnswer("failed", "No worker is running: jobs wait until one starts")
    return PartAnswer("late" if silent else "completed", _workers(there, silent).capitalize())


def _workers(there: int, silent: int) -> str:
    if there == silent:
        return "no worker is running"
    if silent:
        return f"{silent} of {_counted(there, 'worker')} down"
    return f"{_counted(there, 'worker')} running"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
