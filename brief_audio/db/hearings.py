"""The queue of hearings: texts that editors want to hear, claimed with `FOR UPDATE SKIP LOCKED` and held by a lease.

The same ways as those of `jobs`, in small: no lock is held while one is spoken, and every later write names the attempt
it belongs to. Functions take a session and never commit.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from brief_audio.db import wakeups
from brief_audio.db.models import Brief, Hearing, Item, Show
from brief_audio.domain.dashboard import HearingState
from brief_audio.domain.errors import LeaseLostError
from brief_audio.domain.jobs import short_error

WAITING = (HearingState.QUEUED, HearingState.SPEAKING)
USER_LOCK = 7_205_002  # of PostgreSQL's advisory locks, with a user: who holds it counts what that user waits for


@dataclass(frozen=True, slots=True)
class HearingClaim:
    """One attempt at a hearing: what every fenced write must match."""

    number: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text of a hearing came from; `brief_slug` and `position` only while that item is there."""

    show: Show
    brief_slug: str | None
    position: int | None


def waiting_of(session: Session, email: str) -> list[Hearing]:
    """Return what a user waits for, oldest first; that user asks for nothing else until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock, hashtext(:who))"), {"lock": USER_LOCK, "who": email})
    mine = select(Hearing).where(Hearing.state.in_(WAITING), Hearing.requested_by == email)
    return list(session.execute(mine.order_by(Hearing.id)).scalars())


def add(session: Session, hearing: Hearing) -> Hearing:
    """Queue a hearing and wake the workers when the transaction commits."""
    session.add(hearing)
    session.flush()
    wakeups.tell(session)
    return hearing


def find(session: Session, number: int) -> Hearing | None:
    """Return a hearing by its number."""
    return session.get(Hearing, number)


def place(session: Session, hearing: Hearing) -> Place:
    """Return where the text of a hearing came from."""
    found = select(Brief.slug, Item.position).join(Item, Item.brief_id == Brief.id).where(Item.id == hearing.item_id)
    item = session.execute(found).one_or_none()
    show = session.get_one(Show, hearing.show_id)
    return Place(show, item.slug, item.position) if item else Place(show, None, None)


def count_before(session: Session, number: int, *, most: int) -> int:
    """Return how many hearings are worked on before that one, counting no further than `most`."""
    earlier = select(Hearing.id).where(Hearing.state.in_(WAITING), Hearing.id < number).limit(most).subquery()
    return session.execute(select(func.count()).select_from(earlier)).scalar_one()


def claim_next(session: Session, *, lease: timedelta, most_attempts: int) -> HearingClaim | None:
    """Claim the oldest hearing that nobody works on; None where there is none.

    One that was claimed `most_attempts` times and never ended is failed instead: it may be what kills the workers.
    """
    is_free = or_(Hearing.lease_until.is_(None), Hearing.lease_until < func.now())
    oldest = select(Hearing).where(Hearing.state.in_(WAITING), is_free).order_by(Hearing.id).limit(1)
    while True:
        found = session.execute(oldest.with_for_update(skip_locked=True)).scalar_one_or_none()
        if found is None:
            return None
        if found.attempt < most_attempts:
            found.state, found.attempt, found.lease_until = HearingState.SPEAKING, found.attempt + 1, func.now() + lease
            session.flush()
            return HearingClaim(found.id, found.attempt)
        found.state, found.lease_until = HearingState.FAILED, None
        found.error = found.error or f"the worker died {found.attempt} times while it spoke this"
        session.flush()


def extend(session: Session, claim: HearingClaim, lease: timedelta) -> bool:
    """Extend the lease; False means that somebody else has the hearing, or that it is gone."""
    return _fenced(session, claim, lease_until=func.now() + lease)


def end_spoken(session: Session, claim: HearingClaim, *, narration_key: str, duration_ms: int) -> None:
    """Say that the sound lies in the store; raise `LeaseLostError` where somebody else has the hearing."""
    values = {"narration_key": narration_key, "duration_ms": duration_ms, "error": None, "lease_until": None}
    _held(_fenced(session, claim, state=HearingState.SPOKEN, **values), claim)


def end_failed(session: Session, claim: HearingClaim, error: str) -> None:
    """Say why there is no sound; raise `LeaseLostError` where somebody else has the hearing."""
    _held(_fenced(session, claim, state=HearingState.FAILED, error=short_error(error), lease_until=None), claim)


def put_back(session: Session, claim: HearingClaim, *, wait: timedelta, error: str | None = None) -> None:
    """Queue a hearing again, to be taken after `wait`; raise `LeaseLostError` where somebody else has it."""
    again = {"lease_until": func.now() + wait if wait else None, "error": short_error(error) if error else None}
    _held(_fenced(session, claim, state=HearingState.QUEUED, **again), claim)
    wakeups.tell(session)


def forget(session: Session, older_than: timedelta, limit: int) -> int:
    """Delete the oldest hearings beyond that age; return how many. The sweep of the store then takes their sound."""
    old = select(Hearing.id).where(Hearing.created_at < func.now() - older_than).order_by(Hearing.created_at)
    gone = delete(Hearing).where(Hearing.id.in_(old.limit(limit))).returning(Hearing.id)
    return len(session.execute(gone.execution_options(synchronize_session=False)).all())


def _is_mine(claim: HearingClaim) -> ColumnElement[bool]:
    return and_(Hearing.id == claim.number, Hearing.attempt == claim.attempt, Hearing.state == HearingState.SPEAKING)


def _fenced(session: Session, claim: HearingClaim, **values: object) -> bool:
    statement = update(Hearing).where(_is_mine(claim)).values(values).returning(Hearing.id)
    return session.execute(statement.execution_options(synchronize_session=False)).one_or_none() is not None


def _held(is_mine: bool, claim: HearingClaim) -> None:
    if not is_mine:
        raise LeaseLostError(f"hearing {claim.number}: attempt {claim.attempt} no longer owns it")
