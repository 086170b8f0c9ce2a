"""The nights: each one that is due gets its tick, and its job with it, whichever scheduler comes first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import events, jobs, schedules
from brief_audio.db.engine import Database
from brief_audio.db.models import Brief, Schedule, Tick
from brief_audio.domain.jobs import BriefState
from brief_audio.domain.schedule.instants import due
from brief_audio.domain.schedule.nights import Night, nights
from brief_audio.domain.schedule.ticks import TickState
from brief_audio.services.schedule_rules import rule_of
from brief_audio.services.up_to_date import UpToDate, up_to_date
from brief_audio.speech.base import SpeechService, go_on

NIGHT_PRIORITY = 50  # before what people ask for by hand, and long before any backfill
WAITING = frozenset({TickState.NO_BRIEF, TickState.NOT_READY})
OLDEST = timedelta(days=366)  # of the nights that are recorded as missed after a long absence


@dataclass(frozen=True, slots=True)
class NightNews:
    """What became of one night just now."""

    show: str
    local_date: date
    state: TickState
    job_id: int | None = None


def keep_nights(
    db: Database, speech: SpeechService, *, now: datetime, actor: str, check: Callable[[], None] = go_on
) -> list[NightNews]:
    """Open a tick for the newest night that is due, record older ones as missed, and look at the open ones again.

    Any number of schedulers may call it at once: a night is a row that only one of them can insert, with its job.
    `check` is called on the way and may raise. Raise `TryAgainError` where the database does not answer.
    """
    with db.transaction() as session:
        found = schedules.enabled_ids(session)
    return [news for number in found for news in _keep(db, speech, number, now, actor, check)]


def _keep(
    db: Database, speech: SpeechService, schedule_id: int, now: datetime, actor: str, check: Callable[[], None]
) -> Iterator[NightNews]:
    with db.transaction() as session:
        schedule = schedules.find(session, schedule_id)
        if schedule is None:
            return
        waiting = schedules.open_ticks(session, schedule_id)
        fresh = list(_due(session, schedule, now))
    for tick in waiting:
        check()
        yield from _look_again(db, speech, schedule, tick, now, actor, check)
    for night in fresh[:-1]:
        yield from _miss(db, schedule, night, now, actor)
    if fresh:
        check()
        yield from _come(db, speech, schedule, fresh[-1], now, actor, check)


def _due(session: Session, schedule: Schedule, now: datetime) -> Iterator[Night]:
    """Yield the nights since the last tick, or since the schedule began, whose time has come."""
    rule = rule_of(schedule)
    last = schedules.last_tick_date(session, schedule.id)
    begin = schedule.since.astimezone(rule.zone).date() - timedelta(days=1)
    first = max(begin, (now - OLDEST).date(), last + timedelta(days=1) if last else date.min)
    for night in nights(rule, first, now.astimezone(rule.zone).date() + timedelta(days=1)):
        if night.due_at is not None and schedule.since < night.due_at <= now:
            yield night


def _come(
    db: Database,
    speech: SpeechService,
    schedule: Schedule,
    night: Night,
    now: datetime,
    actor: str,
    check: Callable[[], None],
) -> Iterator[NightNews]:
    """Insert the tick of a night that is due, with its job where its brief is ready."""
    assert night.due_at is not None
    if now > night.due_at + timedelta(minutes=schedule.catch_up_minutes):
        yield from _miss(db, schedule, night, now, actor)
        return
    same = _up_to_date(db, speech, schedule, night.local_date, check)
    with db.transaction() as session:
        tick_id = schedules.add_tick(session, _row(schedule, night, TickState.NO_BRIEF))
        if tick_id is not None:
            yield _decide(session, schedule, tick_id, night.local_date, same, now, actor, before=None)


def _look_again(
    db: Database,
    speech: SpeechService,
    schedule: Schedule,
    tick: Tick,
    now: datetime,
    actor: str,
    check: Callable[[], None],
) -> Iterator[NightNews]:
    """See whether the brief that a tick waits for is ready by now; close the tick where its time is over."""
    same = _up_to_date(db, speech, schedule, tick.local_date, check)
    with db.transaction() as session:
        if not schedules.take_open_tick(session, tick.id):
            return
        if now > tick.open_until:
            schedules.set_tick(session, tick.id, closed_at=now)
            events.record(session, actor, "night.closed", message=f"{_named(schedule, tick.local_date)}: {tick.state}")
            return
        news = _decide(session, schedule, tick.id, tick.local_date, same, now, actor, before=TickState(tick.state))
        if news.state != tick.state:
            yield news


def _decide(
    session: Session,
    schedule: Schedule,
    tick_id: int,
    day: date,
    same: UpToDate | None,
    now: datetime,
    actor: str,
    *,
    before: TickState | None,
) -> NightNews:
    """Make the night's job where its brief is ready, and write what became of the tick, in one transaction."""
    brief = schedules.daily_brief(session, schedule.show_id, day)
    state, job_id = _made(session, brief, same, actor=f"schedule {schedule.id}")
    schedules.set_tick(session, tick_id, state=state, job_id=job_id, closed_at=None if state in WAITING else now)
    if state != before:
        brief_id = brief.id if brief is not None else None
        message = f"{_named(schedule, day)}: {state}"
        events.record(session, actor, "night.came", job_id=job_id, brief_id=brief_id, message=message)
    return NightNews(schedule.show.slug, day, state, job_id)


def _made(session: Session, brief: Brief | None, same: UpToDate | None, *, actor: str) -> tuple[TickState, int | None]:
    if brief is None:
        return TickState.NO_BRIEF, None
    if brief.state != BriefState.READY:
        return TickState.NOT_READY, None
    if same is not None and same.brief_id == brief.id and same.still_holds(session):
        return TickState.ALREADY_PUBLISHED, None
    made = jobs.enqueue(session, brief, requested_by=actor, priority=NIGHT_PRIORITY)
    return (TickState.MADE if made.is_new else TickState.JOINED), made.job_id


def _miss(db: Database, schedule: Schedule, night: Night, now: datetime, actor: str) -> Iterator[NightNews]:
    with db.transaction() as session:
        row = _row(schedule, night, TickState.MISSED) | {"closed_at": now}
        if schedules.add_tick(session, row) is None:
            return
        message = f"{_named(schedule, night.local_date)}: missed, no scheduler ran within its catch-up window"
        events.record(session, actor, "night.missed", message=message)
    yield NightNews(schedule.show.slug, night.local_date, TickState.MISSED)


def _up_to_date(
    db: Database, speech: SpeechService, schedule: Schedule, day: date, check: Callable[[], None]
) -> UpToDate | None:
    with db.transaction() as session:
        brief = schedules.daily_brief(session, schedule.show_id, day)
    if brief is None or brief.state != BriefState.READY or brief.current_rendition_id is None:
        return None
    return up_to_date(db, brief.id, speech, check)


def _row(schedule: Schedule, night: Night, state: TickState) -> dict[str, object]:
    assert night.due_at is not None
    rule = rule_of(schedule)
    ready_by = due(night.local_date, schedule.ready_by, rule.zone) if schedule.ready_by else None
    return {
        "schedule_id": schedule.id,
        "local_date": night.local_date,
        "due_at": night.due_at,
        "open_until": night.due_at + timedelta(minutes=schedule.catch_up_minutes),
        "ready_by": ready_by.at if ready_by else None,
        "state": state,
    }


def _named(schedule: Schedule, day: date) -> str:
    return f"{schedule.show.slug}/{day.isoformat()}"
