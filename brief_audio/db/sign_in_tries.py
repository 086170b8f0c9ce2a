"""Tries to sign in: kept in the database, so that several web processes count as one."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from brief_audio.db.models import SignInTry

TRIES_LOCK = 7_205_012  # of PostgreSQL's advisory locks: who holds it counts tries
_WRONG = (SignInTry.has_succeeded.is_(False),)
_STRANGERS = (SignInTry.is_known.is_(False),)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries that fulfil all of `which` may be made within a time."""

    most: int
    within: timedelta
    which: tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose account was tried from where: an address, the network around it, a device if it is known."""

    email: str
    address: str
    network: str
    device: str = ""


# Tries that have not succeeded, of strangers: what comes from where the user signed in before counts apart.


def of_account(origin: Origin, most: int, within: timedelta) -> Limit:
    """Return a limit for strangers' wrong tries on one account."""
    return Limit(most, within, (SignInTry.email == origin.email, *_WRONG, *_STRANGERS))


def of_account_from_network(origin: Origin, most: int, within: timedelta) -> Limit:
    """Return a limit for strangers' wrong tries on one account from one network."""
    same = (SignInTry.email == origin.email, SignInTry.network == origin.network)
    return Limit(most, within, (*same, *_WRONG, *_STRANGERS))


def from_address(origin: Origin, most: int, within: timedelta) -> Limit:
    """Return a limit for strangers' wrong tries from one address, on whichever accounts."""
    return Limit(most, within, (SignInTry.address == origin.address, *_WRONG, *_STRANGERS))


def from_network(origin: Origin, most: int, within: timedelta) -> Limit:
    """Return a limit for strangers' wrong tries from one network, on whichever accounts."""
    return Limit(most, within, (SignInTry.network == origin.network, *_WRONG, *_STRANGERS))


# All tries of strangers, also those that succeed: each costs a check of a password.


def all_from_network(origin: Origin, most: int, within: timedelta) -> Limit:
    """Return a limit for all of strangers' tries from one network."""
    return Limit(most, within, (SignInTry.network == origin.network, *_STRANGERS))


def of_all(most: int, within: timedelta) -> Limit:
    """Return a limit for all of strangers' tries."""
    return Limit(most, within, _STRANGERS)


# Tries that have not succeeded, from where the user signed in before.


def of_device(origin: Origin, most: int, within: timedelta) -> Limit:
    """Return a limit for the wrong tries of one known device."""
    return Limit(most, within, (SignInTry.device == origin.device, *_WRONG))


def of_known_place(origin: Origin, most: int, within: timedelta) -> Limit:
    """Return a limit for the wrong tries on one account from an address that is known for it."""
    same = (SignInTry.email == origin.email, SignInTry.address == origin.address, SignInTry.device == "")
    return Limit(most, within, (*same, *_WRONG, SignInTry.is_known.is_(True)))


def lock(session: Session) -> None:
    """Let nobody else count a try before this transaction has ended: of two at once, one is the second."""
    session.execute(select(func.pg_advisory_xact_lock(TRIES_LOCK)))


def seconds_to_wait(session: Session, limits: Iterable[Limit]) -> int:
    """Return in how many seconds each of `limits` has room for a try; 0 where all have room now."""
    asked = select(*[func.coalesce(_seconds(limit), 0.0) for limit in limits])
    return max(ceil(float(seconds)) for seconds in session.execute(asked).one())


def add(session: Session, origin: Origin, *, is_known: bool) -> int:
    """Count a try; return its number."""
    made = SignInTry(**asdict(origin), is_known=is_known, at=func.clock_timestamp())  # it may have waited for the lock
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
