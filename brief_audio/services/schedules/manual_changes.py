"""Try out and change schedules as a signed-in user; only admins may change them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import ChangedMeanwhileError
from brief_audio.domain.jobs import QueueRules
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.making.jobs import Requested
from brief_audio.services.schedules import editing, manual_run, overrides
from brief_audio.services.schedules.editing import SchedulePlan
from brief_audio.services.schedules.lookup import lock_schedule, schedule_by_id
from brief_audio.services.schedules.next_runs import NextRun, next_runs
from brief_audio.services.schedules.schedule_page import RUNS_SHOWN, DecidedDates, version_of
from brief_audio.services.schedules.summary import ScheduleSummary
from brief_audio.speech.base import SpeechService
from brief_audio.storage.base import AudioStore


@dataclass(frozen=True, slots=True)
class ScheduleForm:
    """The schedule that a form describes."""

    plan: SchedulePlan
    is_enabled: bool = True


def try_out(
    session: Session, schedule_id: int, wanted: ScheduleForm, *, now: datetime, by: SignedIn
) -> tuple[NextRun, ...]:
    """Return the next runs that a changed schedule would have; change nothing. Raise the same errors as `save`."""
    actor = require_role(by, Operation.MANAGE_SCHEDULES)
    trial = session.begin_nested()
    try:
        _apply(session, schedule_id, wanted, now, actor)
        return tuple(next_runs(session, schedule_by_id(session, schedule_id), RUNS_SHOWN, now=now))
    finally:
        trial.rollback()


def try_new(
    session: Session, show_slug: str, wanted: ScheduleForm, *, now: datetime, by: SignedIn
) -> tuple[NextRun, ...]:
    """Return the next runs that a new schedule would have; make nothing. Raise the same errors as `add`."""
    trial = session.begin_nested()
    try:
        made = add(session, show_slug, wanted, now=now, by=by)
        return tuple(next_runs(session, schedule_by_id(session, made.id), RUNS_SHOWN, now=now))
    finally:
        trial.rollback()


def add(session: Session, show_slug: str, wanted: ScheduleForm, *, now: datetime, by: SignedIn) -> ScheduleSummary:
    """Add a schedule; raise the same errors as `editing.add`."""
    actor = require_role(by, Operation.MANAGE_SCHEDULES)
    made = editing.add(session, show_slug, wanted.plan, now=now, actor=actor)
    if wanted.is_enabled:
        return made
    return editing.switch(session, made.id, is_enabled=False, now=now, actor=actor)


def save(
    session: Session, schedule_id: int, wanted: ScheduleForm, *, version: str, now: datetime, by: SignedIn
) -> ScheduleSummary:
    """Save a schedule's form; raise the same errors as `editing.edit`.

    `version` is that of the schedule when the form was opened: raise `ChangedMeanwhileError` if it has changed since
    and this would undo that change.
    """
    actor = require_role(by, Operation.MANAGE_SCHEDULES)
    before = version_of(lock_schedule(session, schedule_id))
    line = _apply(session, schedule_id, wanted, now, actor)
    if version != before and version_of(schedule_by_id(session, schedule_id)) != before:
        raise ChangedMeanwhileError(
            "this schedule has changed since you opened it: check the current settings, then save again"
        )
    return line


def switch(session: Session, schedule_id: int, *, is_enabled: bool, now: datetime, by: SignedIn) -> ScheduleSummary:
    """Enable or disable a schedule."""
    return editing.switch(
        session, schedule_id, is_enabled=is_enabled, now=now, actor=require_role(by, Operation.MANAGE_SCHEDULES)
    )


def remove(session: Session, schedule_id: int, *, by: SignedIn) -> None:
    """Delete a schedule and its run history; jobs and editions stay."""
    editing.remove(session, schedule_id, actor=require_role(by, Operation.MANAGE_SCHEDULES))


def decide(session: Session, schedule_id: int, wanted: DecidedDates, *, now: datetime, by: SignedIn) -> ScheduleSummary:
    """Skip dates, move a run, or add one; raise the same errors as `overrides.add_override`."""
    actor = require_role(by, Operation.MANAGE_SCHEDULES)
    return overrides.add_override(
        session, schedule_id, wanted.kind, wanted.first, wanted.last, wanted.at, now=now, actor=actor
    )


def take_back(
    session: Session, schedule_id: int, first: date, last: date, *, now: datetime, by: SignedIn
) -> ScheduleSummary:
    """Remove changes to future dates; raise the same errors as `taking_back.take_back`."""
    actor = require_role(by, Operation.MANAGE_SCHEDULES)
    return overrides.take_back_overrides(session, schedule_id, first, last, now=now, actor=actor)


def run_now(
    db: Database,
    speech: SpeechService,
    schedule_id: int,
    *,
    rules: QueueRules,
    now: datetime,
    by: SignedIn,
    store: AudioStore | None = None,
) -> Requested:
    """Start today's run of a schedule now; raise the same errors as `manual_run.run_now`."""
    actor = require_role(by, Operation.GENERATE_AUDIO)
    return manual_run.run_now(db, speech, schedule_id, rules=rules, now=now, actor=actor, store=store)


def _apply(session: Session, schedule_id: int, wanted: ScheduleForm, now: datetime, actor: str) -> ScheduleSummary:
    line = editing.edit(session, schedule_id, wanted.plan, now=now, actor=actor)
    if line.is_enabled == wanted.is_enabled:
        return line
    return editing.switch(session, schedule_id, is_enabled=wanted.is_enabled, now=now, actor=actor)
