"""Check whether each show's edition was published in time, by its schedule, even if no scheduler ran."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import events, schedules, shows
from brief_audio.db.connection.engine import Database
from brief_audio.db.making.renditions import editions_out
from brief_audio.db.models import Schedule, Tick
from brief_audio.domain.errors import NotFoundError
from brief_audio.domain.schedule.scheduled_runs import ready_at, scheduled_runs
from brief_audio.services.schedules.rules import rule_of

LOOKS_BACK = timedelta(days=8)  # includes the last run of a weekly show
TOLD_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class LateEdition:
    """An edition that was due by `ready_by` and is not published."""

    show: str
    local_date: date
    ready_by: datetime


def late_editions(session: Session, *, now: datetime, show_slug: str | None = None) -> list[LateEdition]:
    """Return the late editions: for each show, the newest one with a ready-by time. No scheduler needs to be running.

    Raise `NotFoundError` for an unknown show.
    """
    if show_slug is not None and shows.find_show(session, show_slug) is None:
        raise NotFoundError(f"there is no show {show_slug!r}", code="no_such_show", facts={"show": show_slug})
    due = [
        edition for _, edition in editions_owed(session, schedules.all_schedules(session, show_slug=show_slug), now=now)
    ]
    out = editions_out(session, {(one.show, one.local_date) for one in due})
    return [one for one in due if (one.show, one.local_date) not in out]


def report_late(db: Database, *, now: datetime, actor: str) -> list[LateEdition]:
    """Record an event for each edition that has become late; the first scheduler to see it does so.

    Each edition is judged once: one that was published in time stays punctual, even if it is withdrawn later.
    """
    with db.transaction() as session:
        waiting = schedules.unjudged_ticks(session, since=now - TOLD_FOR, now=now)
    return [late for tick_id in waiting for late in _judge(db, tick_id, now, actor)]


def editions_owed(session: Session, found: Sequence[Schedule], *, now: datetime) -> list[tuple[Schedule, LateEdition]]:
    """Return the newest edition that each schedule owed by now, published or not."""
    enabled = [schedule for schedule in found if schedule.is_enabled and schedule.ready_by is not None]
    looked_at = {schedule.id: _last_due(schedule, now) for schedule in enabled}
    changed = [schedule.id for schedule in enabled if looked_at[schedule.id] is None]
    came = schedules.newest_due_ticks(session, changed, since=now - LOOKS_BACK, now=now) if changed else []
    ticks = {tick.schedule_id: tick for tick in came}
    every = [(one, looked_at[one.id] or _of_before(one, ticks.get(one.id))) for one in enabled]
    return [(schedule, edition) for schedule, edition in every if edition is not None]


def _last_due(schedule: Schedule, now: datetime) -> LateEdition | None:
    """Return the newest run of a schedule whose ready-by time has passed, or None."""
    if schedule.ready_by is None:
        return None
    rule = rule_of(schedule)
    today = now.astimezone(rule.zone).date()
    newest = None
    for night in scheduled_runs(rule, today - LOOKS_BACK, today):
        ready_by = ready_at(night, schedule.ready_by, rule.zone)
        if night.due_at is None or ready_by is None or night.due_at <= schedule.since:
            continue
        if ready_by <= now:
            newest = LateEdition(schedule.show.slug, night.local_date, ready_by)
    return newest


def _of_before(schedule: Schedule, tick: Tick | None) -> LateEdition | None:
    """Return the edition of a run from before the schedule was changed: it is still owed."""
    if tick is None or tick.ready_by is None or tick.due_at > schedule.since:
        return None
    return LateEdition(schedule.show.slug, tick.local_date, tick.ready_by)


def _is_out(session: Session, tick: Tick) -> bool:
    brief = schedules.daily_brief(session, tick.schedule.show_id, tick.local_date)
    return brief is not None and brief.current_rendition_id is not None


def _judge(db: Database, tick_id: int, now: datetime, actor: str) -> Iterator[LateEdition]:
    with db.transaction() as session:
        tick = schedules.take_unjudged_tick(session, tick_id)
        if tick is None or tick.ready_by is None:
            return
        schedules.set_tick(session, tick_id, judged_at=now)
        if _is_out(session, tick):
            return
        edition = LateEdition(tick.schedule.show.slug, tick.local_date, tick.ready_by)
        schedules.set_tick(session, tick_id, late_told_at=now)
        message = f"{edition.show}/{edition.local_date.isoformat()} was not published by {edition.ready_by:%H:%M} UTC"
        events.record(session, actor, "edition.late", job_id=tick.job_id, message=message)
    yield edition
