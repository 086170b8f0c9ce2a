"""Dashboard sessions, kept in the database so that they can be ended for every browser and process.

The browser has a random token and the database only its hash, so reading the table does not allow anyone to sign in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import events, rows
from brief_audio.db.accounts import known_places, sessions
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import UserSession
from brief_audio.domain.accounts import Role, SessionEnd
from brief_audio.services.accounts.sign_in_throttle import neighbourhood
from brief_audio.services.accounts.tokens import new_token, sha256

IDLE = timedelta(hours=12)  # an admin on duty keeps the page open overnight
LONGEST = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=1)  # not every request has to write a row
MOST_LISTED = 50
MOST_PLACES = 20  # for each user; every place has its own limit of password tries


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The signed-in user who makes a request."""

    user_id: int
    session_id: int
    email: str
    name: str
    role: Role
    started_at: datetime


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One browser in which the user is signed in."""

    session_id: int
    address: str
    agent: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


def start(session: Session, user_id: int, *, address: str, agent: str) -> str:
    """Start a session and remember its network; return the token for the browser.

    The caller must hold the user's row lock.
    """
    token = new_token()
    if place := neighbourhood(address):
        known_places.remember(session, user_id, place, most=MOST_PLACES)
    rows.add(
        session,
        UserSession(token_sha256=sha256(token), user_id=user_id, address=address[:45], agent=_printable(agent)[:300]),
    )
    return token


def find(db: Database, token: str) -> SignedIn | None:
    """Return the user with that session token, or None if the session has ended, was idle too long or is too old."""
    with db.transaction() as session:
        found = sessions.live_session(session, sha256(token), idle=IDLE, longest=LONGEST, noted_every=SEEN_EVERY)
        if found is None:
            return None
        user = found.user
        return SignedIn(user.id, found.id, user.email, user.name, Role(user.role), found.started_at)


def why_ended(db: Database, token: str) -> SessionEnd | None:
    """Return why the session of `token` was ended, or None if it expired or never existed.

    Only the browser that had the session knows the token, so this reveals nothing to others.
    """
    with db.transaction() as session:
        found = sessions.any_session(session, sha256(token))
        if found is None:
            return None
        if found.ended_reason in set(SessionEnd):
            return SessionEnd(found.ended_reason)
        return None if found.user.is_enabled else SessionEnd.DISABLED


def own(db: Database, by: SignedIn) -> list[OwnSession]:
    """Return the user's sessions, the current one first, then by when they were last seen."""
    with db.transaction() as session:
        found = sessions.live_sessions(session, by.user_id, idle=IDLE, longest=LONGEST, limit=MOST_LISTED)
        listed = [
            OwnSession(one.id, one.address, one.agent, one.started_at, one.seen_at, one.id == by.session_id)
            for one in found
        ]
    return sorted(listed, key=lambda one: not one.is_this)


def sign_out(db: Database, by: SignedIn) -> None:
    """End the current session."""
    with db.transaction() as session:
        if sessions.end_session(session, by.user_id, by.session_id, SessionEnd.SIGNED_OUT):
            events.record(session, by.email, "user.signed_out")


def end_one(db: Database, session_id: int, *, by: SignedIn) -> bool:
    """End one of the user's own sessions; return whether it was active."""
    with db.transaction() as session:
        is_ended = sessions.end_session(session, by.user_id, session_id, SessionEnd.ENDED_ELSEWHERE)
        if is_ended:
            events.record(session, by.email, "user.session_ended", detail={"sessions": 1})
        return is_ended


def end_others(db: Database, *, by: SignedIn) -> int:
    """End all of the user's sessions except the current one; return how many."""
    with db.transaction() as session:
        ended = sessions.end_sessions(session, by.user_id, SessionEnd.ENDED_ELSEWHERE, but=by.session_id)
        if ended:
            events.record(session, by.email, "user.session_ended", detail={"sessions": ended})
        return ended


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
