"""Deletes old rows, a batch in each transaction, so that no request waits for it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from brief_audio.db.models import Event, OneTimeLink, SignInTry, Tick, UserSession


def forget_events(session: Session, before: datetime, limit: int) -> int:
    """Delete the oldest events before that time; return how many."""
    old = select(Event.id).where(Event.at < before).order_by(Event.at).limit(limit)
    return len(session.execute(delete(Event).where(Event.id.in_(old)).returning(Event.id)).all())


def forget_ticks(session: Session, before: datetime, limit: int) -> int:
    """Delete closed ticks of scheduled runs before that time; return how many.

    Always keep a schedule's newest tick: it tells which runs are due since.
    """
    other = aliased(Tick)
    newest = select(func.max(other.local_date)).where(other.schedule_id == Tick.schedule_id).scalar_subquery()
    is_old = (Tick.local_date < before.date(), Tick.closed_at.is_not(None), Tick.local_date < newest)
    old = select(Tick.id).where(*is_old).order_by(Tick.local_date, Tick.id).limit(limit)
    return len(session.execute(delete(Tick).where(Tick.id.in_(old)).returning(Tick.id)).all())


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
