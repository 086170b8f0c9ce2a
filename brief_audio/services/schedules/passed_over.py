"""The night of today that a schedule leaves out, because its time was over before the schedule's last change."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import schedules
from brief_audio.db.models import Schedule
from brief_audio.domain.schedule.nights import night_of, nights
from brief_audio.services.schedules.rules import rule_of, today_of

LOOKS_AHEAD = timedelta(days=3660)  # the night of a 29 February may be eight years away


def passed_over(session: Session, schedule: Schedule, now: datetime) -> str:
    """Return what to tell whoever changed a schedule after today's night; nothing where none is lost or waited for."""
    today = today_of(schedule, now)
    night = night_of(rule_of(schedule), today)
    if not schedule.is_enabled or night is None or night.due_at is None:
        return ""
    is_to_come = night.due_at > schedule.since
    state = schedules.tick_states(session, schedule.id, today, today).get(today)
    if state is not None and is_to_come:
        return f"Today's night has come already: {state}{_next(schedule, now)}."
    if state is not None or is_to_come:
        return ""
    return (
        f"Today's night at {night.local_time:%H:%M} is over{_next(schedule, now)}."
        f" `manage.py schedules run {schedule.id}` makes today's now."
    )


def _next(schedule: Schedule, now: datetime) -> str:
    tomorrow = today_of(schedule, now) + timedelta(days=1)
    for night in nights(rule_of(schedule), tomorrow, tomorrow + LOOKS_AHEAD):
        if night.due_at is not None:
            return f"; the next is on {night.local_date.isoformat()} at {night.local_time:%H:%M}"
    return ""
