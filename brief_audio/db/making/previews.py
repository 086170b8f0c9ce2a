"""Previews as leased work: texts that editors want to hear first. Functions take a session and never commit."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from brief_audio.db import work
from brief_audio.db.connection import wakeups
from brief_audio.db.models import Brief, Item, Preview, Show
from brief_audio.db.work import Claim, WorkTable
from brief_audio.domain.work import LIVE_STATUSES

PREVIEWS = WorkTable("preview", Preview, parent=Show)
USER_LOCK = 7_205_002  # advisory lock per user: held while counting that user's previews


@dataclass(frozen=True, slots=True)
class PreviewOrigin:
    """Where a preview's text came from; `brief_slug` and `position` are set only while the item exists."""

    show: Show
    brief_slug: str | None
    position: int | None


def waiting_of(session: Session, email: str) -> list[Preview]:
    """Return a user's unfinished previews, oldest first; that user can request no other until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock, hashtext(:who))"), {"lock": USER_LOCK, "who": email})
    mine = select(Preview).where(Preview.status.in_(LIVE_STATUSES), Preview.requested_by == email)
    return list(session.execute(mine.order_by(Preview.id)).scalars())


def add(session: Session, preview: Preview) -> Preview:
    """Queue a preview; the workers are woken when the transaction commits."""
    session.add(preview)
    session.flush()
    wakeups.wake_workers(session, PREVIEWS.name)
    return preview


def find(session: Session, preview_id: int) -> Preview | None:
    """Return a preview by ID."""
    return session.get(Preview, preview_id)


def origin(session: Session, preview: Preview) -> PreviewOrigin:
    """Return where a preview's text came from."""
    found = select(Brief.slug, Item.position).join(Item, Item.brief_id == Brief.id).where(Item.id == preview.item_id)
    item = session.execute(found).one_or_none()
    show = session.get_one(Show, preview.show_id)
    return PreviewOrigin(show, item.slug, item.position) if item else PreviewOrigin(show, None, None)


def count_before(session: Session, preview_id: int, *, most: int) -> int:
    """Return how many previews will be made before this one, counting up to `most`."""
    earlier = select(Preview.id).where(Preview.status.in_(LIVE_STATUSES), Preview.id < preview_id).limit(most)
    return session.execute(select(func.count()).select_from(earlier.subquery())).scalar_one()


def finish(session: Session, claim: Claim, *, narration_key: str, duration_ms: int) -> None:
    """Finish a preview whose audio is in storage.

    Raise `LeaseLostError` if another worker owns it and `WorkCancelledError` if it was cancelled.
    """
    work.fenced(session, claim, narration_key=narration_key, duration_ms=duration_ms)
    work.finish(session, claim)


def forget(session: Session, older_than: timedelta, limit: int) -> int:
    """Delete the oldest previews beyond that age; return how many. The storage sweep then deletes their audio."""
    old = select(Preview.id).where(Preview.created_at < func.now() - older_than).order_by(Preview.created_at)
    gone = delete(Preview).where(Preview.id.in_(old.limit(limit))).returning(Preview.id)
    return len(session.execute(gone.execution_options(synchronize_session=False)).all())
