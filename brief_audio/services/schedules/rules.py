"""Convert a schedule's rows to the rule for its runs, and check its overrides."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from brief_audio.db.models import Schedule, ScheduleOverride
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.domain.schedule.cron import parse_cron
from brief_audio.domain.schedule.scheduled_runs import DateRange, ScheduleRule, scheduled_runs
from brief_audio.domain.schedule.ticks import OverrideKind

FARTHEST = timedelta(days=3653)


def rule_of(schedule: Schedule) -> ScheduleRule:
    """Return the rule in a schedule's rows, which were checked when they were written."""
    skips = [one for one in schedule.overrides if one.kind == OverrideKind.SKIP]
    return ScheduleRule(
        cron=parse_cron(schedule.cron),
        zone=ZoneInfo(schedule.time_zone),
        skips=tuple(DateRange(one.first_date, one.last_date) for one in skips),
        moves=_times(schedule, OverrideKind.MOVE),
        extras=_times(schedule, OverrideKind.EXTRA),
    )


def today_of(schedule: Schedule, now: datetime) -> date:
    """Return the current date in the schedule's zone."""
    return now.astimezone(ZoneInfo(schedule.time_zone)).date()


def _times(schedule: Schedule, kind: OverrideKind) -> dict[date, time]:
    return {one.first_date: one.local_time for one in schedule.overrides if one.kind == kind and one.local_time}


def check_dates(schedule: Schedule, first: date, last: date, now: datetime, *, waiting: date | None = None) -> None:
    """Raise `InvalidInputError` for dates that are past, too far ahead, or in the wrong order.

    `waiting` is the first past date whose run is still waiting for its brief, if there is one; it is allowed.
    """
    today = today_of(schedule, now)
    if last < first:
        raise InvalidInputError(f"{last.isoformat()} is before {first.isoformat()}: give the earlier date first")
    if last > today + FARTHEST:
        raise InvalidInputError(f"{last.isoformat()} is more than ten years ahead, which is too far to change")
    if first < min(today, waiting or today):
        raise InvalidInputError(f"{first.isoformat()} is in the past and can no longer be changed")


def check_fit(schedule: Schedule, override: ScheduleOverride) -> None:
    """Raise `InvalidInputError` for an override that changes nothing or has an impossible time."""
    cron = rule_of(schedule).cron
    day, at = override.first_date, override.local_time
    if override.kind == OverrideKind.MOVE and not cron.fits(day):
        raise InvalidInputError(f"there is no run on {day.isoformat()} to move", code="no_run_to_move")
    if override.kind == OverrideKind.EXTRA and cron.fits(day):
        raise InvalidInputError(f"there is a run on {day.isoformat()} already", code="run_exists")
    if override.kind == OverrideKind.SKIP and not has_night(schedule, override):
        raise InvalidInputError(f"there is no run from {day.isoformat()} to {override.last_date.isoformat()} to skip")
    if at is not None and schedule.ready_by is not None and schedule.ready_by <= at:
        raise InvalidInputError(f"{at:%H:%M} is not before {schedule.ready_by:%H:%M}, when the edition must be ready")


def has_night(schedule: Schedule, override: ScheduleOverride) -> bool:
    """Return whether the schedule has a run on the dates of an override."""
    return any(scheduled_runs(rule_of(schedule), override.first_date, override.last_date))


def overrides_to_come(schedule: Schedule, now: datetime) -> list[ScheduleOverride]:
    """Return the overrides that are not entirely in the past."""
    today = today_of(schedule, now)
    return [override for override in schedule.overrides if override.last_date >= today]


def refuse_idle_overrides(schedule: Schedule, now: datetime) -> None:
    """Raise `ConflictError` if a future override no longer fits the changed schedule."""
    for override in overrides_to_come(schedule, now):
        try:
            check_fit(schedule, override)
        except InvalidInputError as error:
            raise ConflictError(
                f"the change “{override_in_words(override)}” would no longer fit ({error}): remove it first"
            ) from error


def override_in_words(override: ScheduleOverride) -> str:
    """Return an override in words."""
    dates = override.first_date.isoformat()
    if override.last_date != override.first_date:
        dates += f" to {override.last_date.isoformat()}"
    return f"{override.kind} {dates}" + (f" at {override.local_time:%H:%M}" if override.local_time else "")
