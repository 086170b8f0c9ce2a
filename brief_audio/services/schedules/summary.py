"""A schedule in words."""

from dataclasses import dataclass
from datetime import datetime, time

from brief_audio.db.models import Schedule
from brief_audio.domain.schedule.cron import parse_cron
from brief_audio.domain.schedule.cron_in_words import in_words
from brief_audio.services.schedules.rules import override_in_words, overrides_to_come


@dataclass(frozen=True, slots=True)
class ScheduleSummary:
    """A schedule in a list; `note` tells the person who has just changed it about today's run."""

    id: int
    show: str
    cron: str
    time_zone: str
    in_words: str
    catch_up_minutes: int
    ready_by: time | None
    is_enabled: bool
    overrides: tuple[str, ...]
    note: str = ""
    note_code: str = ""


def summary_of(schedule: Schedule, now: datetime, note: str = "", note_code: str = "") -> ScheduleSummary:
    """Return a schedule for display, with its changes to future dates."""
    to_come = sorted(overrides_to_come(schedule, now), key=lambda one: one.first_date)
    return ScheduleSummary(
        id=schedule.id,
        show=schedule.show.slug,
        cron=schedule.cron,
        time_zone=schedule.time_zone,
        in_words=schedule_in_words(schedule),
        catch_up_minutes=schedule.catch_up_minutes,
        ready_by=schedule.ready_by,
        is_enabled=schedule.is_enabled,
        overrides=tuple(override_in_words(one) for one in to_come),
        note=note,
        note_code=note_code,
    )


def schedule_in_words(schedule: Schedule) -> str:
    """Return the times of a schedule's runs in words."""
    return in_words(parse_cron(schedule.cron), schedule.time_zone)
