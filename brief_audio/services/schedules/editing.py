"""Add and change schedules. Every rule about them is checked here, for all callers."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import events, rows, schedules, shows
from brief_audio.db.models import Schedule
from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.schedule.cron import Cron, parse_cron
from brief_audio.domain.shows import check_zone
from brief_audio.services.schedules.lookup import lock_schedule, show_by_slug
from brief_audio.services.schedules.rules import refuse_idle_overrides
from brief_audio.services.schedules.run_history import close_waiting_runs, lost_run_note
from brief_audio.services.schedules.shared_dates import refuse_shared_dates
from brief_audio.services.schedules.summary import ScheduleSummary, schedule_in_words, summary_of

LONGEST_CATCH_UP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """The wanted settings of a schedule; None keeps the current value, or uses the default."""

    cron: str | None = None
    time_zone: str | None = None
    catch_up: timedelta | None = None
    ready_by: time | None = None
    has_ready_by: bool = True  # False removes it


def add(session: Session, show_slug: str, plan: SchedulePlan, *, now: datetime, actor: str) -> ScheduleSummary:
    """Add a schedule to a show; its runs begin from now on.

    Raise `NotFoundError`, `InvalidInputError` for invalid settings, and `ConflictError` if another schedule of the show
    has a run on the same date.
    """
    show = show_by_slug(session, show_slug)
    shows.lock(session, show.id)
    if plan.cron is None:
        raise InvalidInputError("a schedule needs a cron expression, such as '30 5 * * mon-fri'")
    made = Schedule(
        show=show,
        cron="",
        time_zone=show.time_zone,
        catch_up_minutes=360,
        is_enabled=True,
        since=now,
        created_at=now,
        overrides=[],
    )
    _apply(made, plan)
    refuse_shared_dates(session, made, now)
    rows.add(session, made)
    events.record(session, actor, "schedule.added", message=f"{show.slug}: {schedule_in_words(made)}")
    return summary_of(made, now, *lost_run_note(session, made, now))


def edit(session: Session, schedule_id: int, plan: SchedulePlan, *, now: datetime, actor: str) -> ScheduleSummary:
    """Change a schedule; past runs stay as they are. Raise the same errors as `add`.

    Only a new time or zone makes it start from now; a longer catch-up window must still save a run that was missed.
    """
    schedule = lock_schedule(session, schedule_id)
    before = _times(schedule)
    _apply(schedule, plan)
    refuse_shared_dates(session, schedule, now)
    refuse_idle_overrides(schedule, now)
    if _times(schedule) != before:
        schedule.since = now
    events.record(session, actor, "schedule.edited", message=f"{schedule.show.slug}: {schedule_in_words(schedule)}")
    return summary_of(schedule, now, *lost_run_note(session, schedule, now))


def remove(session: Session, schedule_id: int, *, actor: str) -> None:
    """Delete a schedule with its ticks; jobs and editions stay."""
    schedule = lock_schedule(session, schedule_id)
    events.record(session, actor, "schedule.removed", message=f"{schedule.show.slug}: {schedule_in_words(schedule)}")
    rows.delete(session, schedule)


def switch(session: Session, schedule_id: int, *, is_enabled: bool, now: datetime, actor: str) -> ScheduleSummary:
    """Enable or disable a schedule; runs that passed while it was disabled are not caught up."""
    schedule = lock_schedule(session, schedule_id)
    if schedule.is_enabled != is_enabled:
        schedule.is_enabled = is_enabled
        schedule.since = now
        if not is_enabled:
            close_waiting_runs(session, schedule, now=now, actor=actor)
        kind = "schedule.enabled" if is_enabled else "schedule.disabled"
        events.record(session, actor, kind, message=f"{schedule.show.slug}: {schedule_in_words(schedule)}")
    return summary_of(schedule, now, *lost_run_note(session, schedule, now))


def listed(session: Session, *, now: datetime, show_slug: str | None = None) -> list[ScheduleSummary]:
    """Return every schedule, or those of one show; raise `NotFoundError` for an unknown show."""
    if show_slug is not None:
        show_by_slug(session, show_slug)
    return [summary_of(schedule, now) for schedule in schedules.all_schedules(session, show_slug=show_slug)]


def _times(schedule: Schedule) -> tuple[Cron, str]:
    """Return what determines the times of a schedule's runs, regardless of how the cron is written."""
    return replace(parse_cron(schedule.cron), text=""), schedule.time_zone


def _apply(schedule: Schedule, plan: SchedulePlan) -> None:
    cron = parse_cron(plan.cron if plan.cron is not None else schedule.cron)
    schedule.cron = cron.text
    schedule.time_zone = check_zone(plan.time_zone or schedule.time_zone).key
    if plan.catch_up is not None:
        if not timedelta(minutes=1) <= plan.catch_up <= LONGEST_CATCH_UP:
            raise InvalidInputError("the catch-up window must be from one minute to 24 hours")
        schedule.catch_up_minutes = int(plan.catch_up.total_seconds() // 60)
    schedule.ready_by = (plan.ready_by or schedule.ready_by) if plan.has_ready_by else None
    if schedule.ready_by is not None and schedule.ready_by <= cron.at:
        raise InvalidInputError(
            f"ready by {schedule.ready_by:%H:%M} is not after the start at {cron.at:%H:%M}: choose a later time"
        )
