"""From a schedule's rows to the rule that its nights follow."""

from datetime import date, time
from zoneinfo import ZoneInfo

from brief_audio.db.models import Schedule
from brief_audio.domain.schedule.cron import parse_cron
from brief_audio.domain.schedule.nights import DateRange, NightRule
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
