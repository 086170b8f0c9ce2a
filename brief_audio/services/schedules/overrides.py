"""Override single dates of a schedule, and take overrides back."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from brief_audio.db import events, rows, schedules
from brief_audio.db.models import Schedule, ScheduleOverride
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.domain.schedule.local_time import instant_of
from brief_audio.domain.schedule.scheduled_runs import scheduled_runs
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules.lookup import lock_schedule
from brief_audio.services.schedules.rules import check_dates, check_fit, has_night, override_in_words, rule_of, today_of
from brief_audio.services.schedules.run_history import call_off_runs, refuse_past_run, reopen_runs
from brief_audio.services.schedules.shared_dates import refuse_shared_date
from brief_audio.services.schedules.summary import ScheduleSummary, summary_of


def add_override(
    session: Session,
    schedule_id: int,
    kind: OverrideKind,
    first: date,
    last: date,
    at: time | None,
    *,
    now: datetime,
    actor: str,
) -> ScheduleSummary:
    """Skip dates, move the run of one date, or add a run on a date that the cron leaves out.

    A run that is waiting for its brief can still be skipped. Raise `InvalidInputError` for a past date or a change that
    does not fit, and `ConflictError` if a run has already started or its date has another change.
    """
    schedule = lock_schedule(session, schedule_id)
    check_dates(schedule, first, last, now, waiting=_first_waiting(session, schedule) if at is None else None)
    taken = [one for one in schedule.overrides if one.first_date <= last and first <= one.last_date]
    if taken:
        raise ConflictError(
            f"these dates have a change already: {override_in_words(taken[0])}", code="date_changed_already"
        )
    schedule.overrides.append(ScheduleOverride(kind=kind, first_date=first, last_date=last, local_time=at))
    check_fit(schedule, schedule.overrides[-1])
    if at is None:
        call_off_runs(session, schedule, first, last, now=now, actor=actor)
    else:
        refuse_past_run(session, schedule, first)
        refuse_shared_date(session, schedule, first)
        _check_instant(schedule, first, at, now)
    rows.save(session)
    message = f"{schedule.show.slug}: {override_in_words(schedule.overrides[-1])}"
    events.record(session, actor, "schedule.overridden", message=message)
    return summary_of(schedule, now)


def _first_waiting(session: Session, schedule: Schedule) -> date | None:
    return next((tick.local_date for tick in schedules.open_ticks(session, schedule.id)), None)


def _check_instant(schedule: Schedule, day: date, at: time, now: datetime) -> None:
    """Raise `InvalidInputError` if a run at that time could only be missed."""
    found = instant_of(day, at, ZoneInfo(schedule.time_zone))
    if found is None:
        raise InvalidInputError(f"the date {day.isoformat()} does not exist in {schedule.time_zone}")
    if found.at <= now:
        raise InvalidInputError(
            f"{at:%H:%M} on {day.isoformat()} has passed: give a later time",
            code="run_time_passed",
            facts={"schedule": schedule.id},
        )


_A_DAY = timedelta(days=1)


def take_back_overrides(
    session: Session, schedule_id: int, first: date, last: date, *, now: datetime, actor: str
) -> ScheduleSummary:
    """Remove the changes to the dates from `first` to `last`, both included.

    A run that was called off waits for its brief again; a waiting extra run is called off. Raise `NotFoundError` if
    there is nothing to remove, `InvalidInputError` for past dates, and `ConflictError` for runs that have started.
    """
    schedule = lock_schedule(session, schedule_id)
    check_dates(schedule, first, last, now)
    found = [one for one in schedule.overrides if one.first_date <= last and first <= one.last_date]
    if not found:
        raise NotFoundError(f"there is no change to remove on {first.isoformat()}")
    taken = [_cut(schedule, override, first, last) for override in found]
    for part in taken:
        _settle(session, schedule, part, now, actor)
    _refuse_missed(session, schedule, first, last, now)
    words = "; ".join(override_in_words(part) for part in taken)
    events.record(session, actor, "schedule.overridden", message=f"{schedule.show.slug}: no longer {words}")
    rows.save(session)
    return summary_of(schedule, now, f"Removed: {words}.")


def _cut(schedule: Schedule, override: ScheduleOverride, first: date, last: date) -> ScheduleOverride:
    """Cut the dates from `first` to `last` out of an override; return that part, which is no longer stored."""
    schedule.overrides.remove(override)
    schedule.overrides.extend(part for part in _around(override, first, last) if has_night(schedule, part))
    return _part(override, max(first, override.first_date), min(last, override.last_date))


def _around(override: ScheduleOverride, first: date, last: date) -> Iterator[ScheduleOverride]:
    if override.first_date < first:
        yield _part(override, override.first_date, first - _A_DAY)
    if override.last_date > last:
        yield _part(override, last + _A_DAY, override.last_date)


def _part(override: ScheduleOverride, first: date, last: date) -> ScheduleOverride:
    return ScheduleOverride(kind=override.kind, first_date=first, last_date=last, local_time=override.local_time)


def _settle(session: Session, schedule: Schedule, part: ScheduleOverride, now: datetime, actor: str) -> None:
    """Update a run that has already started; a moved one that is waiting keeps waiting."""
    if part.kind == OverrideKind.SKIP:
        reopen_runs(session, schedule, part.first_date, part.last_date, now=now, actor=actor)
    if part.kind == OverrideKind.EXTRA:
        call_off_runs(session, schedule, part.first_date, part.last_date, now=now, actor=actor)


def _refuse_missed(session: Session, schedule: Schedule, first: date, last: date, now: datetime) -> None:
    """Raise `InvalidInputError` if a restored run could only be missed."""
    until = min(last, today_of(schedule, now))
    come = schedules.tick_states(session, schedule.id, first, until)
    window = timedelta(minutes=schedule.catch_up_minutes)
    for night in scheduled_runs(rule_of(schedule), first, until):
        if night.due_at is not None and night.due_at + window < now and night.local_date not in come:
            raise InvalidInputError(
                f"{night.local_time:%H:%M} on {night.local_date.isoformat()} has passed, and its catch-up window too",
                code="run_time_passed",
                facts={"schedule": schedule.id},
            )
