"""Refuse dates on which two schedules of one show would both have a run: a show has one edition a day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import schedules
from brief_audio.db.models import Schedule
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.schedule.scheduled_runs import RunKind, ScheduledRun, scheduled_run_on, scheduled_runs
from brief_audio.services.schedules.rules import rule_of, today_of
from brief_audio.services.schedules.summary import schedule_in_words

A_YEAR = timedelta(days=366)


def refuse_shared_dates(session: Session, schedule: Schedule, now: datetime) -> None:
    """Raise `ConflictError` if another schedule has a run on the date of any of this one's runs in the next year.

    Skipped runs count, because a skip can be removed. Runs whose time has passed do not.
    """
    today = today_of(schedule, now)
    to_come = [
        night.local_date
        for night in scheduled_runs(rule_of(schedule), today, today + A_YEAR)
        if _can_be(night) and (night.due_at is None or night.due_at > now)
    ]
    _refuse(session, schedule, to_come)


def refuse_shared_date(session: Session, schedule: Schedule, day: date) -> None:
    """Raise `ConflictError` if another schedule of the show has a run on that date."""
    _refuse(session, schedule, [day])


def _refuse(session: Session, schedule: Schedule, days: list[date]) -> None:
    for other in _others(session, schedule):
        rule = rule_of(other)
        shared = next((day for day in days if _can_be(scheduled_run_on(rule, day))), None)
        if shared is not None:
            raise ConflictError(
                f"schedule {other.id} ({schedule_in_words(other)}) also has a run on {shared.isoformat()}:"
                " a second edition a day needs a show of its own"
            )


def _can_be(night: ScheduledRun | None) -> bool:
    return night is not None and night.kind != RunKind.NO_SUCH_DATE


def _others(session: Session, schedule: Schedule) -> Iterator[Schedule]:
    found = schedules.all_schedules(session, show_slug=schedule.show.slug)
    return (other for other in found if other.id != schedule.id)
