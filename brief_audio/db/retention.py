"""Delete old events and ticks in batches, one transaction each, so that no request has to wait for it."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from brief_audio.db.models import Event, Tick


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
