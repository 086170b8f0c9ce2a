"""Backfill: jobs for the briefs of past dates, at a lower priority than everything else."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from brief_audio.db import shows
from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.models import Brief
from brief_audio.domain.errors import InvalidInputError, NotFoundError, StillCancellingError
from brief_audio.domain.jobs import BACKFILL_PRIORITY, BriefState, QueueRules
from brief_audio.services.making.up_to_date import up_to_date
from brief_audio.speech.base import SpeechService
from brief_audio.storage.base import AudioStore

BATCH = 50


class Outcome(StrEnum):
    """The result for one brief in the range."""

    MADE = "made"
    JOINED = "joined"  # a job that was already queued or running
    OUTDATED = "older text in progress"  # run the backfill again when that job has ended
    UP_TO_DATE = "up to date"
    NOT_READY = "not ready"
    BEING_CANCELLED = "being cancelled"  # run the backfill again in a moment


@dataclass(frozen=True, slots=True)
class BackfilledDate:
    """One brief in the range, with its job if it has one."""

    local_date: date
    brief_slug: str
    outcome: Outcome
    job_id: int | None = None


@dataclass(frozen=True, slots=True)
class Backfill:
    """Every brief in the range, by date, and the number of dates without a brief."""

    show: str
    first: date
    last: date
    dates: tuple[BackfilledDate, ...]
    without_brief: int

    @property
    def counts(self) -> Counter[Outcome]:
        """Return how many briefs had each outcome."""
        return Counter(one.outcome for one in self.dates)


def backfill(
    db: Database,
    show_slug: str,
    first: date,
    last: date,
    speech: SpeechService,
    *,
    rules: QueueRules,
    now: datetime,
    actor: str,
    store: AudioStore | None = None,
) -> Backfill:
    """Queue jobs for a show's ready briefs from `first` to `last` whose rendition is missing or outdated.

    Raise `InvalidInputError` for an impossible range, `NotFoundError` for an unknown show, and `QueueFullError`, with
    nothing queued, if the queue has no room for all of them (two simultaneous backfills may count the same room).
    An interrupted backfill can be repeated: it continues where it stopped.
    """
    with db.transaction() as session:
        found = _briefs_of(session, show_slug, first, last, now)
    settled = {brief.id: _without_job(db, brief, speech, store) for brief in found}
    wanting = [brief for brief in found if settled[brief.id] is None]
    with db.transaction() as session:
        enqueueing.refuse_if_full(session, rules, priority=BACKFILL_PRIORITY, more=_new_among(session, wanting))
    made = {one.brief_slug: one for one in _enqueued(db, wanting, actor)}
    return Backfill(
        show=show_slug,
        first=first,
        last=last,
        dates=tuple(settled[brief.id] or made[brief.slug] for brief in found),
        without_brief=(last - first).days + 1 - len(found),
    )


def _briefs_of(session: Session, show_slug: str, first: date, last: date, now: datetime) -> list[Brief]:
    show = shows.find_show(session, show_slug)
    if show is None:
        raise NotFoundError(f"there is no show {show_slug!r}", code="no_such_show", facts={"show": show_slug})
    today = now.astimezone(ZoneInfo(show.time_zone)).date()
    if first > last:
        raise InvalidInputError(f"the first date, {first}, is after the last, {last}")
    if last > today:
        raise InvalidInputError(
            f"{last} is in the future: a backfill covers dates up to today, {today}", code="backfill_in_future"
        )
    return briefs.between(session, show.id, first, last)


def _without_job(db: Database, brief: Brief, speech: SpeechService, store: AudioStore | None) -> BackfilledDate | None:
    """Return why a brief needs no job, or None if it needs one."""
    assert brief.local_date is not None
    if brief.state != BriefState.READY:
        return BackfilledDate(brief.local_date, brief.slug, Outcome.NOT_READY)
    if up_to_date(db, brief.id, speech, store=store) is not None:
        return BackfilledDate(brief.local_date, brief.slug, Outcome.UP_TO_DATE)
    return None


def _new_among(session: Session, wanting: Sequence[Brief]) -> int:
    live = enqueueing.briefs_with_live_job(session, [brief.id for brief in wanting])
    return len(wanting) - len(live)


def _enqueued(db: Database, wanting: Sequence[Brief], actor: str) -> Iterator[BackfilledDate]:
    for at in range(0, len(wanting), BATCH):
        with db.transaction() as session:
            for one in wanting[at : at + BATCH]:
                assert one.local_date is not None
                yield BackfilledDate(one.local_date, one.slug, *_enqueue(session, one, actor))


def _enqueue(session: Session, seen: Brief, actor: str) -> tuple[Outcome, int | None]:
    """Queue a job for one brief, unless an editor has made it a draft or deleted it since it was read."""
    brief = briefs.lock_if_there(session, seen.id)
    if brief is None or brief.state != BriefState.READY:
        return Outcome.NOT_READY, None
    try:
        job = enqueueing.enqueue(session, brief, requested_by=actor, priority=BACKFILL_PRIORITY)
    except StillCancellingError:
        return Outcome.BEING_CANCELLED, None
    if job.is_outdated:
        return Outcome.OUTDATED, job.job_id
    return (Outcome.MADE if job.is_new else Outcome.JOINED), job.job_id
