"""Tell a person who changed a schedule that today's run will not happen, because its time had already passed."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from brief_audio.db import schedules
from brief_audio.db.models import Schedule
from brief_audio.domain.schedule.nights import night_of, nights
from brief_audio.services.schedules.rules import rule_of, today_of

LOOKS_AHEAD = timedelta(days=3660)  # the next 29 February may be eight years away


class Note(NamedTuple):
    """A message after a change; as with errors, each face adds its own advice, by the code."""

    text: str = ""
    code: str = ""


def passed_over(session: Session, schedule: Schedule, now: datetime) -> Note:
    """Return a note about today's run after a change of its schedule; an empty one if the run is not affected."""
    today = today_of(schedule, now)
    night = night_of(rule_of(schedule), today)
    if not schedule.is_enabled or night is None or night.due_at is None:
        return Note()
    is_to_come = night.due_at > schedule.since
    state = schedules.tick_states(session, schedule.id, today, today).get(today)
    if state is not None and is_to_come:
        return Note(f"Today's run has already started: {state}{_next(schedule, now)}.")
    if state is not None or is_to_come:
        return Note()
    return Note(f"Today's run at {night.local_time:%H:%M} has passed{_next(schedule, now)}.", "run_time_passed")


def _next(schedule: Schedule, now: datetime) -> str:
    tomorrow = today_of(schedule, now) + timedelta(days=1)
    for night in nights(rule_of(schedule), tomorrow, tomorrow + LOOKS_AHEAD):
        if night.due_at is not None:
            return f"; the next one is on {night.local_date.isoformat()} at {night.local_time:%H:%M}"
    return ""
