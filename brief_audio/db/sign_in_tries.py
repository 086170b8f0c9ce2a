"""Tries to sign in: kept in the database, so that several web processes count as one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from brief_audio.db.models import SignInTry

TRIES_LOCK = 7_205_012  # of PostgreSQL's advisory locks: who holds it counts tries


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries that fulfil all of `which` may be made within a time."""

    most: int
    within: timedelta
    which: tuple[ColumnElement[bool], ...]


def of_account(email: str, most: int, within: timedelta) -> Limit:
    """Return a limit for the tries on one account that have not succeeded."""
    return Limit(most, within, (SignInTry.email == email, SignInTry.has_succeeded.is_(False)))


def from_address(address: str, most: int, within: timedelta) -> Limit:
    """Return a limit for the tries from one address that have not succeeded."""
    return Limit(most, within, (SignInTry.address == address, SignInTry.has_succeeded.is_(False)))


def of_all(most: int, within: timedelta) -> Limit:
    """Return a limit for all tries there are, also those that succeed: each costs a check of a password."""
    return Limit(most, within, ())


def lock(session: Session) -> None:
    """Let nobody else count a try before this transaction has ended: of two at once, one is the second."""
    session.execute(select(func.pg_advisory_xact_lock(TRIES_LOCK)))


def seconds_to_wait(session: Session, limits: Iterable[Limit]) -> int:
    """Return in how many seconds each of `limits` has room for a try; 0 where all have room now."""
    asked = select(*[func.coalesce(_seconds(limit), 0.0) for limit in limits])
    return max(ceil(float(seconds)) for seconds in session.execute(asked).one())


def add(session: Session, email: str, address: str) -> int:
    """Count a try; return its number."""
    made = SignInTry(email=email, address=address, at=func.clock_timestamp())  # it may have waited for the lock
    session.add(made)
    session.flush()
    return made.id


def note_success(session: Session, try_id: int) -> None:
    """Note that a try was right."""
    right = update(SignInTry).where(SignInTry.id == try_id).values(has_succeeded=True)
    session.execute(right.execution_options(synchronize_session=False))


def _seconds(limit: Limit) -> ColumnElement[Any]:
    """Until the oldest of the newest `most` tries leaves the window; null where there are fewer."""
    begin = func.statement_timestamp() - limit.within  # later than the lock, and, unlike the clock, an index may use it
    oldest = select(SignInTry.at).where(SignInTry.at > begin, *limit.which).order_by(SignInTry.at.desc())
    at = oldest.offset(limit.most - 1).limit(1).scalar_subquery()
    return func.extract("epoch", at - begin)
