"""From a schedule's rows to the rule that its nights follow, and which decisions fit it."""

from collections.abc import Iterator
from datetime import date, time
from zoneinfo import ZoneInfo

from brief_audio.db.models import Schedule, ScheduleDecision
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.domain.schedule.cron import parse_cron
from brief_audio.domain.schedule.nights import DateRange, NightRule, nights
from brief_audio.domain.schedule.ticks import DecisionKind


def rule_of(schedule: Schedule) -> NightRule:
    """Return what the rows of a schedule say; they were checked when they were written."""
    skips = [one for one in schedule.decisions if one.kind == DecisionKind.SKIP]
    return NightRule(
        cron=parse_cron(schedule.cron),
        zone=ZoneInfo(schedule.time_zone),
        skips=tuple(DateRange(one.first_date, one.last_date) for one in skips),
        moves=_times(schedule, DecisionKind.MOVE),
        extras=_times(schedule, DecisionKind.EXTRA),
    )


def _times(schedule: Schedule, kind: DecisionKind) -> dict[date, time]:
    return {one.first_date: one.local_time for one in schedule.decisions if one.kind == kind and one.local_time}


def check_fit(schedule: Schedule, decision: ScheduleDecision) -> None:
    """Raise `InvalidInputError` for a decision that changes nothing, or whose time cannot be."""
    cron = rule_of(schedule).cron
    day, at = decision.first_date, decision.local_time
    if decision.kind == DecisionKind.MOVE and not cron.fits(day):
        raise InvalidInputError(f"there is no night on {day.isoformat()} to move; `schedules extra` adds one")
    if decision.kind == DecisionKind.EXTRA and cron.fits(day):
        raise InvalidInputError(f"there is a night on {day.isoformat()} already; `schedules move` moves it")
    if decision.kind == DecisionKind.SKIP and not any(_dates_of_nights(schedule, decision)):
        raise InvalidInputError(f"there is no night from {day.isoformat()} to {decision.last_date.isoformat()} to skip")
    if at is not None and schedule.ready_by is not None and schedule.ready_by <= at:
        raise InvalidInputError(f"{at:%H:%M} is not before {schedule.ready_by:%H:%M}, when the edition must be ready")


def _dates_of_nights(schedule: Schedule, decision: ScheduleDecision) -> Iterator[date]:
    return (night.local_date for night in nights(rule_of(schedule), decision.first_date, decision.last_date))


def refuse_idle_decisions(schedule: Schedule) -> None:
    """Raise `ConflictError` where a changed schedule would leave a decision without a meaning."""
    for decision in schedule.decisions:
        try:
            check_fit(schedule, decision)
        except InvalidInputError as error:
            raise ConflictError(f"{error}: it was decided before; take that back first") from error


def told(decision: ScheduleDecision) -> str:
    """Return a decision in words."""
    dates = decision.first_date.isoformat()
    if decision.last_date != decision.first_date:
        dates += f" to {decision.last_date.isoformat()}"
    return f"{decision.kind} {dates}" + (f" at {decision.local_time:%H:%M}" if decision.local_time else "")
