"""Sign-in attempts, kept in the database so that several web processes share one count."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from brief_audio.db.models import SignInTry

TRIES_LOCK = 7_205_012  # advisory lock: held while counting attempts
_WRONG = (SignInTry.has_succeeded.is_(False),)
_STRANGERS = (SignInTry.is_known.is_(False),)


@dataclass(frozen=True, slots=True)
class SignInLimit:
    """At most `most` attempts that match all of `which`, within a period."""

    most: int
    within: timedelta
    which: tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose account was tried, and from where: an address, the network around it, and the device if known."""

    email: str
    address: str
    network: str
    device: str = ""


# Failed attempts by strangers. Attempts from places where the user signed in before are counted separately.


def of_account(origin: Origin, most: int, within: timedelta) -> SignInLimit:
    """Return a limit on strangers' failed attempts for one account."""
    return SignInLimit(most, within, (SignInTry.email == origin.email, *_WRONG, *_STRANGERS))


def of_account_from_network(origin: Origin, most: int, within: timedelta) -> SignInLimit:
    """Return a limit on strangers' failed attempts for one account from one network."""
    same = (SignInTry.email == origin.email, SignInTry.network == origin.network)
    return SignInLimit(most, within, (*same, *_WRONG, *_STRANGERS))


def from_address(origin: Origin, most: int, within: timedelta) -> SignInLimit:
    """Return a limit on strangers' failed attempts from one address, for any account."""
    return SignInLimit(most, within, (SignInTry.address == origin.address, *_WRONG, *_STRANGERS))


def from_network(origin: Origin, most: int, within: timedelta) -> SignInLimit:
    """Return a limit on strangers' failed attempts from one network, for any account."""
    return SignInLimit(most, within, (SignInTry.network == origin.network, *_WRONG, *_STRANGERS))


# All attempts by strangers, including successful ones: each costs a password check.


def all_from_network(origin: Origin, most: int, within: timedelta) -> SignInLimit:
    """Return a limit on all attempts by strangers from one network."""
    return SignInLimit(most, within, (SignInTry.network == origin.network, *_STRANGERS))


def of_all(most: int, within: timedelta) -> SignInLimit:
    """Return a limit on all attempts by strangers."""
    return SignInLimit(most, within, _STRANGERS)


# Failed attempts from places where the user signed in before.


def of_device(origin: Origin, most: int, within: timedelta) -> SignInLimit:
    """Return a limit on failed attempts from one known device."""
    return SignInLimit(most, within, (SignInTry.device == origin.device, *_WRONG))


def of_known_place(origin: Origin, most: int, within: timedelta) -> SignInLimit:
    """Return a limit on failed attempts for one account from an address known for it."""
    same = (SignInTry.email == origin.email, SignInTry.address == origin.address, SignInTry.device == "")
    return SignInLimit(most, within, (*same, *_WRONG, SignInTry.is_known.is_(True)))


def lock(session: Session) -> None:
    """Prevent other transactions from counting attempts until this one ends, so simultaneous attempts count in turn."""
    session.execute(select(func.pg_advisory_xact_lock(TRIES_LOCK)))


def seconds_to_wait(session: Session, limits: Iterable[SignInLimit]) -> int:
    """Return the seconds until every one of `limits` has room for an attempt, 0 if all have room now."""
    asked = select(*[func.coalesce(_seconds(limit), 0.0) for limit in limits])
    return max(ceil(float(seconds)) for seconds in session.execute(asked).one())


def add(session: Session, origin: Origin, *, is_known: bool) -> int:
    """Count an attempt; return its ID."""
    made = SignInTry(
        **asdict(origin), is_known=is_known, at=func.clock_timestamp()
    )  # now() would be before the wait for the lock
    session.add(made)
    session.flush()
    return made.id


def note_success(session: Session, try_id: int) -> None:
    """Mark an attempt as successful."""
    right = update(SignInTry).where(SignInTry.id == try_id).values(has_succeeded=True)
    session.execute(right.execution_options(synchronize_session=False))


def _seconds(limit: SignInLimit) -> ColumnElement[Any]:
    """Return the seconds until the oldest of the newest `most` attempts leaves the window, null if there are fewer."""
    begin = func.statement_timestamp() - limit.within  # after the lock; unlike clock_timestamp(), works with indexes
    oldest = select(SignInTry.at).where(SignInTry.at > begin, *limit.which).order_by(SignInTry.at.desc())
    at = oldest.offset(limit.most - 1).limit(1).scalar_subquery()
    return func.extract("epoch", at - begin)
