"""Sessions of the dashboard: kept in the database, so that ending one here ends it in every browser and process.

The browser has a random token, the database its hash: whoever reads the table cannot sign in with it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import accounts, events, known_places
from brief_audio.db.engine import Database
from brief_audio.db.models import UserSession
from brief_audio.domain.accounts import Role, SessionEnd
from brief_audio.services.accounts.throttle import neighbourhood
from brief_audio.services.accounts.tokens import new_token, sha256

IDLE = timedelta(hours=12)  # an admin on duty keeps the page open through a night
LONGEST = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=1)  # not every page turned needs a row written
MOST_LISTED = 50
MOST_PLACES = 20  # of one user: each has an allowance of its own to try passwords


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever is behind a request."""

    user_id: int
    session_id: int
    email: str
    name: str
    role: Role
    started_at: datetime


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One browser that somebody is signed in with."""

    session_id: int
    address: str
    agent: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


def start(session: Session, user_id: int, *, address: str, agent: str) -> str:
    """Begin a session, and remember where from; return the token for the browser.

    The caller must hold the user's row lock.
    """
    token = new_token()
    if place := neighbourhood(address):
        known_places.remember(session, user_id, place, most=MOST_PLACES)
    session.add(
        UserSession(token_sha256=sha256(token), user_id=user_id, address=address[:45], agent=_printable(agent)[:300])
    )
    session.flush()
    return token


def find(db: Database, token: str) -> SignedIn | None:
    """Return who is signed in with `token`; None where that session has ended, was idle for too long or is too old."""
    with db.transaction() as session:
        found = accounts.live_session(session, sha256(token), idle=IDLE, longest=LONGEST, noted_every=SEEN_EVERY)
        if found is None:
            return None
        user = found.user
        return SignedIn(user.id, found.id, user.email, user.name, Role(user.role), found.started_at)


def why_ended(db: Database, token: str) -> SessionEnd | None:
    """Return why the session of `token` is over; None where it was its time, or there never was one.

    Only who had the session has its token, so that this tells nobody else about an account.
    """
    with db.transaction() as session:
        found = accounts.any_session(session, sha256(token))
        if found is None:
            return None
        if found.ended_reason in set(SessionEnd):
            return SessionEnd(found.ended_reason)
        return None if found.user.is_enabled else SessionEnd.DISABLED


def own(db: Database, by: SignedIn) -> list[OwnSession]:
    """Return the browsers that somebody is signed in with, the one seen last first, and this one before all."""
    with db.transaction() as session:
        found = accounts.live_sessions(session, by.user_id, idle=IDLE, longest=LONGEST, limit=MOST_LISTED)
        listed = [
            OwnSession(one.id, one.address, one.agent, one.started_at, one.seen_at, one.id == by.session_id)
            for one in found
        ]
    return sorted(listed, key=lambda one: not one.is_this)


def sign_out(db: Database, by: SignedIn) -> None:
    """End the session that somebody is here with."""
    with db.transaction() as session:
        if accounts.end_session(session, by.user_id, by.session_id, SessionEnd.SIGNED_OUT):
            events.record(session, by.email, "user.signed_out")


def end_one(db: Database, session_id: int, *, by: SignedIn) -> bool:
    """End one of somebody's own sessions; return whether there was such a one."""
    with db.transaction() as session:
        is_ended = accounts.end_session(session, by.user_id, session_id, SessionEnd.ENDED_ELSEWHERE)
        if is_ended:
            events.record(session, by.email, "user.session_ended", detail={"sessions": 1})
        return is_ended


def end_others(db: Database, *, by: SignedIn) -> int:
    """End all of somebody's own sessions but the one they are here with; return how many."""
    with db.transaction() as session:
        ended = accounts.end_sessions(session, by.user_id, SessionEnd.ENDED_ELSEWHERE, but=by.session_id)
        if ended:
            events.record(session, by.email, "user.session_ended", detail={"sessions": ended})
        return ended


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
