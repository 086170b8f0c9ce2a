"""Carry out scheduled runs: each due run gets one tick and its job, from whichever scheduler is first."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import events, schedules
from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.models import Brief, Schedule, Tick
from brief_audio.domain.errors import TryAgainError
from brief_audio.domain.jobs import NIGHT_PRIORITY, BriefState
from brief_audio.domain.schedule.scheduled_runs import ScheduledRun, ready_at, scheduled_run_on, scheduled_runs
from brief_audio.domain.schedule.ticks import TickState
from brief_audio.services.making.up_to_date import UpToDate, up_to_date
from brief_audio.services.schedules.rules import rule_of
from brief_audio.speech.base import SpeechService, go_on
from brief_audio.storage.base import AudioStore

logger = logging.getLogger(__name__)
OLDEST = timedelta(days=366)  # older missed runs are not recorded after a long outage


@dataclass(frozen=True, slots=True)
class RunResult:
    """The new state of one scheduled run."""

    show: str
    local_date: date
    state: TickState
    job_id: int | None = None


@dataclass(frozen=True, slots=True)
class _EditionSeen:
    """A brief as it was before the deciding transaction: its edition, and whether that is up to date."""

    rendition_id: int | None = None
    same: UpToDate | None = None


@dataclass(frozen=True, slots=True)
class _Decision:
    """The result of a scheduled run; one that is still open is checked again."""

    state: TickState
    job_id: int | None = None
    is_open: bool = False


def make_due_runs(
    db: Database,
    speech: SpeechService,
    *,
    now: datetime,
    actor: str,
    check: Callable[[], None] = go_on,
    each: Callable[[str], AbstractContextManager[object]] = nullcontext,
    store: AudioStore | None = None,
) -> list[RunResult]:
    """Open a tick for each schedule's newest due run, record older ones as missed, and check the open ones again.

    Any number of schedulers may call this at once: a run is a row that only one of them can insert, together with its
    job. A schedule whose rows are locked is skipped until the next call. `each` is called with a schedule's name and
    guards the work on it. `check` is called along the way and may raise. Raise `TryAgainError` if the database does
    not answer.
    """
    with db.transaction() as session:
        found = schedules.enabled_ids(session)
    news: list[RunResult] = []
    for number in found:
        with each(f"schedule {number}"):
            try:
                news.extend(_keep(db, speech, store, number, now, actor, check))
            except TryAgainError as error:
                logger.warning("schedule %s: %s; will check it again", number, error)
    return news


def _keep(
    db: Database,
    speech: SpeechService,
    store: AudioStore | None,
    schedule_id: int,
    now: datetime,
    actor: str,
    check: Callable[[], None],
) -> Iterator[RunResult]:
    with db.transaction() as session:
        schedule = schedules.find(session, schedule_id)
        if schedule is None:
            return
        waiting = schedules.open_ticks(session, schedule_id)
        fresh = list(_due(session, schedule, now))
    for tick in waiting:
        check()
        try:
            yield from _look_again(db, speech, store, schedule, tick, now, actor, check)
        except TryAgainError as error:  # later runs must not wait for this one
            logger.warning("%s: %s; will check it again", _named(schedule, tick.local_date), error)
    for night in fresh[:-1]:
        yield from _miss(db, schedule, night, now, actor)
    if fresh:
        check()
        yield from _come(db, speech, store, schedule, fresh[-1], now, actor, check)


def _due(session: Session, schedule: Schedule, now: datetime) -> Iterator[ScheduledRun]:
    """Yield the due runs that have no tick, since the newest tick or since the schedule began.

    After a change of zone, an earlier date may be due after a later one, so this starts one day before the newest.
    """
    rule = rule_of(schedule)
    newest = schedules.last_tick_date(session, schedule.id)
    begin = schedule.since.astimezone(rule.zone).date() - timedelta(days=1)
    first = max(begin, (now - OLDEST).date(), newest - timedelta(days=1) if newest else date.min)
    last = now.astimezone(rule.zone).date() + timedelta(days=1)
    come = schedules.tick_states(session, schedule.id, first, last)
    for night in scheduled_runs(rule, first, last):
        if night.due_at is not None and schedule.since < night.due_at <= now and night.local_date not in come:
            yield night


def _come(
    db: Database,
    speech: SpeechService,
    store: AudioStore | None,
    schedule: Schedule,
    night: ScheduledRun,
    now: datetime,
    actor: str,
    check: Callable[[], None],
) -> Iterator[RunResult]:
    """Insert the tick of a due run, with its job if the brief is ready."""
    assert night.due_at is not None
    if now > night.due_at + timedelta(minutes=schedule.catch_up_minutes):
        yield from _miss(db, schedule, night, now, actor)
        return
    seen = _look(db, speech, store, schedule, night.local_date, check)
    with db.transaction() as session:
        news = _insert(session, schedule.id, night, seen, now, actor)
    if news is not None:
        yield news


def _insert(
    session: Session, schedule_id: int, night: ScheduledRun, seen: _EditionSeen, now: datetime, actor: str
) -> RunResult | None:
    """Insert a run's tick and decide about it; None if another scheduler did, or if the run was called off."""
    schedule = _still_planned(session, schedule_id, night)
    if schedule is None:
        return None
    tick_id = schedules.add_tick(session, _row(schedule, night, TickState.NO_BRIEF))
    if tick_id is None:
        return None
    return _decide(session, schedule, tick_id, night.local_date, seen, now, actor, before=None)


def _still_planned(session: Session, schedule_id: int, night: ScheduledRun) -> Schedule | None:
    """Return the locked schedule, or None if it was deleted, disabled or no longer has that run."""
    schedule = schedules.find(session, schedule_id, for_update=True)
    if schedule is None or not schedule.is_enabled or scheduled_run_on(rule_of(schedule), night.local_date) != night:
        return None
    return schedule


def _look_again(
    db: Database,
    speech: SpeechService,
    store: AudioStore | None,
    schedule: Schedule,
    tick: Tick,
    now: datetime,
    actor: str,
    check: Callable[[], None],
) -> Iterator[RunResult]:
    """Check whether the brief that a tick is waiting for is ready; close the tick if its catch-up window is over."""
    seen = _look(db, speech, store, schedule, tick.local_date, check)
    with db.transaction() as session:
        if not schedules.take_open_tick(session, tick.id):
            return
        if now > tick.open_until:
            schedules.set_tick(session, tick.id, closed_at=now)
            events.record(session, actor, "night.closed", message=f"{_named(schedule, tick.local_date)}: {tick.state}")
            return
        news = _decide(session, schedule, tick.id, tick.local_date, seen, now, actor, before=TickState(tick.state))
    if news.state != tick.state:
        yield news


def _decide(
    session: Session,
    schedule: Schedule,
    tick_id: int,
    day: date,
    seen: _EditionSeen,
    now: datetime,
    actor: str,
    *,
    before: TickState | None,
) -> RunResult:
    """Queue the run's job if its brief is ready, and update the tick, in one transaction."""
    brief = schedules.daily_brief(session, schedule.show_id, day)
    came = _came(session, brief, seen, actor=f"schedule {schedule.id}")
    state, job_id = came.state, came.job_id
    schedules.set_tick(session, tick_id, state=state, job_id=job_id, closed_at=None if came.is_open else now)
    if state != before:
        brief_id = brief.id if brief is not None and state != TickState.NO_BRIEF else None
        message = f"{_named(schedule, day)}: {state}"
        events.record(session, actor, "night.came", job_id=job_id, brief_id=brief_id, message=message)
    return RunResult(schedule.show.slug, day, state, job_id)


def _came(session: Session, brief: Brief | None, seen: _EditionSeen, *, actor: str) -> _Decision:
    if brief is not None and brief.state == BriefState.READY:
        brief = briefs.lock_if_there(session, brief.id)  # an editor may be making it a draft at this moment
    if brief is None:
        return _Decision(TickState.NO_BRIEF, is_open=True)
    if brief.state != BriefState.READY:
        return _Decision(TickState.NOT_READY, is_open=True)
    if brief.current_rendition_id != seen.rendition_id:
        raise TryAgainError(f"an edition of {brief.slug} was published at this moment")
    if seen.same is not None and seen.same.brief_id == brief.id and seen.same.still_holds(session):
        return _Decision(TickState.ALREADY_PUBLISHED)
    made = enqueueing.enqueue(session, brief, requested_by=actor, priority=NIGHT_PRIORITY)
    # Stay open while a job narrates an older text: the newer text needs a job of its own afterwards.
    return _Decision(TickState.MADE if made.is_new else TickState.JOINED, made.job_id, is_open=made.is_outdated)


def _miss(db: Database, schedule: Schedule, night: ScheduledRun, now: datetime, actor: str) -> Iterator[RunResult]:
    with db.transaction() as session:
        planned = _still_planned(session, schedule.id, night)
        brief = schedules.daily_brief(session, schedule.show_id, night.local_date)
        is_out = brief is not None and brief.current_rendition_id is not None
        state = TickState.ALREADY_PUBLISHED if is_out else TickState.MISSED
        if planned is None or schedules.add_tick(session, _row(schedule, night, state) | {"closed_at": now}) is None:
            return
        kind, why = ("night.came", "") if is_out else ("night.missed", ", no scheduler ran in time")
        events.record(session, actor, kind, message=f"{_named(schedule, night.local_date)}: {state}{why}")
    yield RunResult(schedule.show.slug, night.local_date, state)


def _look(
    db: Database,
    speech: SpeechService,
    store: AudioStore | None,
    schedule: Schedule,
    day: date,
    check: Callable[[], None],
) -> _EditionSeen:
    with db.transaction() as session:
        brief = schedules.daily_brief(session, schedule.show_id, day)
    if brief is None:
        return _EditionSeen()
    is_ready = brief.state == BriefState.READY and brief.current_rendition_id is not None
    same = up_to_date(db, brief.id, speech, check, store=store) if is_ready else None
    return _EditionSeen(brief.current_rendition_id, same)


def _row(schedule: Schedule, night: ScheduledRun, state: TickState) -> dict[str, object]:
    assert night.due_at is not None
    zone = rule_of(schedule).zone
    return {
        "schedule_id": schedule.id,
        "local_date": night.local_date,
        "due_at": night.due_at,
        "open_until": night.due_at + timedelta(minutes=schedule.catch_up_minutes),
        "ready_by": ready_at(night, schedule.ready_by, zone) if schedule.ready_by else None,
        "state": state,
    }


def _named(schedule: Schedule, day: date) -> str:
    return f"{schedule.show.slug}/{day.isoformat()}"
