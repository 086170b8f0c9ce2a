"""Actions on a schedule: create, edit, preview, change single dates, run now, enable or disable, delete."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from admin.schedules import schedule_forms as forms
from admin.schedules.schedule_pages import NUMBER, SentSchedule, new_page, schedule_page
from admin.schedules.schedule_words import RunRow, decided_words, run_rows
from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form
from brief_audio.db.operations.health import server_clock
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import ChangedMeanwhileError, StillCancellingError
from brief_audio.http.request_context import container
from brief_audio.http.sentences import REFUSALS, changed_meanwhile, sentence, with_advice
from brief_audio.http.statuses import INVALID, status_of
from brief_audio.services.making.jobs import Requested
from brief_audio.services.schedules import manual_changes
from brief_audio.services.schedules.manual_changes import ScheduleForm
from brief_audio.services.schedules.schedule_page import schedule_details
from brief_audio.services.schedules.summary import ScheduleSummary
from brief_audio.services.shows import shows

blueprint = Blueprint("schedule_edits", __name__, url_prefix="/admin/schedules")


@blueprint.post("/new")
@needs(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Create a schedule, or preview its runs."""
    form = Form(*forms.FIELDS, "show")
    wanted = forms.read_plan(form)
    with container().db.transaction() as session:
        show = form.choice("show", "The show", [one.slug for one in shows.all_shows(session)])
    if wanted is None or not form.is_right:
        return new_page(SentSchedule(form.values, form.problems, status=INVALID))
    try:
        if form.values["do"] == "preview":
            return new_page(SentSchedule(form.values, trial=_trial_of_new(show, wanted)))
        with container().db.transaction() as session:
            made = manual_changes.add(session, show, wanted, now=server_clock(session), by=signed_in_user())
    except REFUSALS as error:
        return new_page(SentSchedule(form.values, {"": sentence(error)}, status=status_of(error)))
    return _done(made, f"Schedule created: {made.in_words}.")


@blueprint.post(f"/{NUMBER}")
@needs(Role.ADMIN)
def save(schedule_id: int) -> ResponseReturnValue:
    """Save a changed schedule, or preview its runs."""
    form = Form(*forms.FIELDS, "version")
    wanted = forms.read_plan(form)
    if wanted is None:
        return schedule_page(schedule_id, SentSchedule(form.values, form.problems, status=INVALID))
    try:
        if form.values["do"] == "preview":
            return schedule_page(schedule_id, SentSchedule(form.values, trial=_trial(schedule_id, wanted)))
        with container().db.transaction() as session:
            version = form.values["version"]
            line = manual_changes.save(
                session, schedule_id, wanted, version=version, now=server_clock(session), by=signed_in_user()
            )
    except ChangedMeanwhileError as error:
        return _changed_meanwhile(schedule_id, form, error)
    except REFUSALS as error:
        return schedule_page(schedule_id, SentSchedule(form.values, {"": sentence(error)}, status=status_of(error)))
    return _done(line, f"Schedule saved: {line.in_words}.")


@blueprint.post(f"/{NUMBER}/decide")
@needs(Role.ADMIN)
def decide(schedule_id: int) -> ResponseReturnValue:
    """Skip dates, or move or add a scheduled run."""
    form = Form(*forms.DECISION_FIELDS)
    wanted = forms.read_decision(form)
    if wanted is None:
        return schedule_page(
            schedule_id, SentSchedule(decision=form.values, decision_problems=form.problems, status=INVALID)
        )
    try:
        with container().db.transaction() as session:
            line = manual_changes.decide(session, schedule_id, wanted, now=server_clock(session), by=signed_in_user())
    except REFUSALS as error:
        sent = SentSchedule(decision=form.values, decision_problems={"": sentence(error)}, status=status_of(error))
        return schedule_page(schedule_id, sent)
    return _done(line, f"{decided_words(wanted)}.")


@blueprint.post(f"/{NUMBER}/take-back")
@needs(Role.ADMIN)
def take_back(schedule_id: int) -> ResponseReturnValue:
    """Undo changes to coming dates."""
    form = Form("first", "last")
    dates = forms.read_dates(form)
    if dates is None:
        return _refused(schedule_id, form)
    first, last = dates
    try:
        with container().db.transaction() as session:
            line = manual_changes.take_back(
                session, schedule_id, first, last, now=server_clock(session), by=signed_in_user()
            )
    except REFUSALS as error:
        return schedule_page(schedule_id, SentSchedule(told=sentence(error), status=status_of(error)))
    return _done(line, "")


@blueprint.post(f"/{NUMBER}/switch")
@needs(Role.ADMIN)
def switch(schedule_id: int) -> ResponseReturnValue:
    """Enable or disable a schedule."""
    form = Form("enabled")
    is_enabled = form.flag("enabled")
    if not form.is_right:
        return _refused(schedule_id, form)

    with container().db.transaction() as session:
        line = manual_changes.switch(
            session, schedule_id, is_enabled=is_enabled, now=server_clock(session), by=signed_in_user()
        )
    return _done(
        line, "Schedule enabled." if is_enabled else "Schedule disabled: no runs start until it is enabled again."
    )


@blueprint.post(f"/{NUMBER}/remove")
@needs(Role.ADMIN)
def remove(schedule_id: int) -> ResponseReturnValue:
    """Delete a schedule."""
    form = Form()
    if not form.is_right:
        return _refused(schedule_id, form)
    with container().db.transaction() as session:
        manual_changes.remove(session, schedule_id, by=signed_in_user())
    flash("Schedule deleted. Its jobs and published editions stay.", "completed")
    return redirect(url_for("schedules.listing"), code=303)


@blueprint.post(f"/{NUMBER}/run")
@needs(Role.EDITOR)
def run(schedule_id: int) -> ResponseReturnValue:
    """Create a schedule's job for today now."""
    form, parts = Form(), container()
    if not form.is_right:
        return _refused(schedule_id, form)
    try:
        made = manual_changes.run_now(
            parts.db,
            parts.speech,
            schedule_id,
            rules=parts.rules,
            now=utc_now(),
            by=signed_in_user(),
            store=parts.store,
        )
    except (*REFUSALS, StillCancellingError) as error:
        return schedule_page(schedule_id, SentSchedule(told=sentence(error), status=status_of(error)))
    flash(*_outcome(made))
    return redirect(url_for("schedules.page", schedule_id=schedule_id), code=303)


def _changed_meanwhile(schedule_id: int, form: Form, error: ChangedMeanwhileError) -> ResponseReturnValue:
    """Show what was typed beside what another user saved; a second save then replaces it."""
    with container().db.transaction() as session:
        now = schedule_details(session, schedule_id, now=utc_now())
    problems = {"": sentence(error)} | changed_meanwhile(form.values, forms.plan_values(now.line))
    sent = SentSchedule(form.values | {"version": now.version}, problems, status=status_of(error))
    return schedule_page(schedule_id, sent)


def _trial(schedule_id: int, wanted: ScheduleForm) -> list[RunRow]:
    now = utc_now()
    with container().db.transaction() as session:
        runs = manual_changes.try_out(session, schedule_id, wanted, now=now, by=signed_in_user())
    return run_rows(runs, str(wanted.plan.time_zone), now)


def _trial_of_new(show: str, wanted: ScheduleForm) -> list[RunRow]:
    now = utc_now()
    with container().db.transaction() as session:
        runs = manual_changes.try_new(session, show, wanted, now=now, by=signed_in_user())
    return run_rows(runs, str(wanted.plan.time_zone), now)


def _refused(schedule_id: int, form: Form) -> ResponseReturnValue:
    return schedule_page(schedule_id, SentSchedule(told=" ".join(form.problems.values()), status=INVALID))


def _done(line: ScheduleSummary, said: str) -> ResponseReturnValue:
    flash(f"{said} {with_advice(line.note, line.note_code)}".strip(), "completed")
    return redirect(url_for("schedules.page", schedule_id=line.id), code=303)


def _outcome(made: Requested) -> tuple[str, str]:
    """Return a message about the run just requested, and its state."""
    if made.job_id is None:
        return (
            f"Version {made.up_to_date_rendition} of {made.brief_slug} is up to date, so no job was created.",
            "completed",
        )
    if made.is_new:
        return f"Job {made.job_id} is queued. It generates today's audio for {made.brief_slug}.", "queued"
    return f"Job {made.job_id} is already generating today's audio for {made.brief_slug}.", "processing"
