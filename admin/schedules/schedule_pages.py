"""The Schedules pages: when each show's audio is generated, its coming runs and the results of past ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from admin.schedules import schedule_forms as forms
from admin.schedules.schedule_words import RunRow, day_of, decided_words, mark_of, night_row, run_rows
from admin.shared.current_user import needs
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.http.request_context import container
from brief_audio.services.schedules import run_history
from brief_audio.services.schedules.schedule_page import schedule_details, schedule_list
from brief_audio.services.shows import shows

blueprint = Blueprint("schedules", __name__, url_prefix="/admin/schedules")

NUMBER = "<int:schedule_id>"
NIGHTS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class SentSchedule:
    """A submitted form that its page shows again: the values typed, the problems found and perhaps a preview."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    decision: Mapping[str, str] = field(default_factory=dict)
    decision_problems: Mapping[str, str] = field(default_factory=dict)
    trial: list[RunRow] | None = None
    told: str = ""
    status: int = 200


@blueprint.get("/")
@needs(Role.VIEWER)
def listing() -> ResponseReturnValue:
    """List every schedule with its next run and the result of its last one."""
    now = utc_now()
    with container().db.transaction() as session:
        found = schedule_list(session, now=now)
        has_shows = bool(found) or bool(shows.all_shows(session))
    marks = {one.line.id: mark_of(one.last_night, one.line.time_zone) for one in found if one.last_night}
    return render_template(
        "admin/schedules/list.html", schedules=found, marks=marks, has_shows=has_shows, day_of=day_of, now=now
    )


@blueprint.get("/new")
@needs(Role.ADMIN)
def new() -> ResponseReturnValue:
    """Show the form for a new schedule."""
    return new_page(SentSchedule())


@blueprint.get(f"/{NUMBER}")
@needs(Role.VIEWER)
def page(schedule_id: int) -> ResponseReturnValue:
    """Show a schedule with its next runs."""
    return schedule_page(schedule_id, SentSchedule())


@blueprint.get(f"/{NUMBER}/nights")
@needs(Role.VIEWER)
def nights(schedule_id: int) -> ResponseReturnValue:
    """Render only the past runs."""
    with container().db.transaction() as session:
        line = schedule_details(session, schedule_id, now=utc_now()).line
        past = run_history.newest_runs(session, schedule_id, limit=NIGHTS_SHOWN)
    rows = [night_row(one, line.time_zone) for one in past]
    return render_template("admin/schedules/past_runs.html", line=line, nights=rows, job_page=_job_page())


def schedule_page(schedule_id: int, sent: SentSchedule) -> ResponseReturnValue:
    """Return a schedule's page, with any submitted form shown again."""
    now = utc_now()
    with container().db.transaction() as session:
        found = schedule_details(session, schedule_id, now=now)
        past = run_history.newest_runs(session, schedule_id, limit=NIGHTS_SHOWN)
    zone = found.line.time_zone
    return render_template(
        "admin/schedules/page.html",
        found=found,
        line=found.line,
        values=forms.plan_values(found.line) | {"version": found.version} | dict(sent.values),
        decision=forms.NOTHING_DECIDED | dict(sent.decision),
        decided=[(one, decided_words(one)) for one in found.decided],
        runs=sent.trial if sent.trial is not None else run_rows(found.runs, zone, now),
        nights=[night_row(one, zone) for one in past],
        zones=forms.zones(),
        job_page=_job_page(),
        sent=sent,
    ), sent.status


def new_page(sent: SentSchedule) -> ResponseReturnValue:
    """Return the page for a new schedule, with any submitted form shown again."""
    with container().db.transaction() as session:
        known = shows.all_shows(session)
    values = forms.NEW_VALUES | {"time_zone": known[0].time_zone if known else ""} | dict(sent.values)
    page = render_template("admin/schedules/new.html", shows=known, values=values, zones=forms.zones(), sent=sent)
    return page, sent.status


def _job_page() -> str | None:
    return "jobs.show" if "jobs.show" in current_app.view_functions else None
