"""Delete old sign-in data in batches, one transaction each, so that no request has to wait for it."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from brief_audio.db.models import OneTimeLink, SignInTry, UserSession


def forget_tries(session: Session, kept_for: timedelta, limit: int) -> int:
    """Delete the oldest sign-in attempts; return how many."""
    old = select(SignInTry.id).where(SignInTry.at < func.now() - kept_for).order_by(SignInTry.at).limit(limit)
    return len(session.execute(delete(SignInTry).where(SignInTry.id.in_(old)).returning(SignInTry.id)).all())


def forget_sessions(session: Session, kept_for: timedelta, limit: int) -> int:
    """Delete sessions, ended or idle, that were not used within `kept_for`; return how many."""
    old = select(UserSession.id).where(UserSession.seen_at < func.now() - kept_for).limit(limit)
    return len(session.execute(delete(UserSession).where(UserSession.id.in_(old)).returning(UserSession.id)).all())


def forget_links(session: Session, kept_for: timedelta, limit: int) -> int:
    """Delete links, used or not, that expired longer than `kept_for` ago; return how many."""
    old = select(OneTimeLink.id).where(OneTimeLink.expires_at < func.now() - kept_for).limit(limit)
    return len(session.execute(delete(OneTimeLink).where(OneTimeLink.id.in_(old)).returning(OneTimeLink.id)).all())
