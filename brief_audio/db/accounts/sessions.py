"""Sessions of the dashboard."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, joinedload

from brief_audio.db.models import User, UserSession
from brief_audio.domain.accounts import SessionEnd


def last_seen(session: Session, user_ids: list[int]) -> dict[int, datetime]:
    """Return when each of these users was last active, including in sessions that have ended."""
    seen = select(UserSession.user_id, func.max(UserSession.seen_at).label("seen_at")).where(
        UserSession.user_id.in_(user_ids)
    )
    found = session.execute(seen.group_by(UserSession.user_id))
    return {row.user_id: row.seen_at for row in found}


def live_session(
    session: Session, token_sha256: str, *, idle: timedelta, longest: timedelta, noted_every: timedelta
) -> UserSession | None:
    """Return a session with its user, unless it has ended, is idle or too old, or the user is disabled.

    Record that it is in use, at most once per `noted_every`.
    """
    found = (
        select(UserSession, UserSession.seen_at < func.now() - noted_every)
        .join(UserSession.user)
        .options(joinedload(UserSession.user))
        .where(UserSession.token_sha256 == token_sha256, User.is_enabled, *_alive(idle, longest))
    )
    row = session.execute(found).one_or_none()
    if row is None:
        return None
    live, is_to_be_noted = row
    if is_to_be_noted:
        noted = update(UserSession).where(UserSession.id == live.id).values(seen_at=func.now())
        session.execute(noted.execution_options(synchronize_session=False))
    return live


def any_session(session: Session, token_sha256: str) -> UserSession | None:
    """Return a session with its user, whether or not it has ended."""
    found = select(UserSession).options(joinedload(UserSession.user)).where(UserSession.token_sha256 == token_sha256)
    return session.execute(found).scalar_one_or_none()


def live_sessions(
    session: Session, user_id: int, *, idle: timedelta, longest: timedelta, limit: int
) -> list[UserSession]:
    """Return a user's live sessions, most recently used first."""
    wanted = select(UserSession).where(UserSession.user_id == user_id, *_alive(idle, longest))
    newest = wanted.order_by(UserSession.seen_at.desc(), UserSession.id.desc()).limit(limit)
    return list(session.execute(newest).scalars())


def end_session(session: Session, user_id: int, session_id: int, reason: SessionEnd) -> bool:
    """End one session of a user if it is live; return whether it was."""
    one = (UserSession.id == session_id, UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    ended = update(UserSession).where(*one).values(ended_at=func.now(), ended_reason=reason)
    return session.execute(ended.returning(UserSession.id)).first() is not None


def end_sessions(session: Session, user_id: int, reason: SessionEnd, *, but: int | None = None) -> int:
    """End every live session of a user except `but`; return how many."""
    ended = (
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.id != (but or 0))
        .values(ended_at=func.now(), ended_reason=reason)
        .returning(UserSession.id)
    )
    return len(session.execute(ended).all())


def _alive(idle: timedelta, longest: timedelta) -> tuple[ColumnElement[bool], ...]:
    return (
        UserSession.ended_at.is_(None),
        UserSession.seen_at > func.now() - idle,
        UserSession.started_at > func.now() - longest,
    )
