"""The history of changes to a brief's text."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brief_audio.db.models import Event

EDITS = (
    "brief.created",
    "brief.replaced",
    "brief.duplicated",
    "brief.title_changed",
    "brief.item_added",
    "brief.item_edited",
    "brief.item_moved",
    "brief.item_dropped",
)


def edits(session: Session, brief_id: int, *, limit: int) -> list[Event]:
    """Return the newest events that changed a brief's text, newest first."""
    found = select(Event).where(Event.brief_id == brief_id, Event.kind.in_(EDITS)).order_by(Event.id.desc())
    return list(session.execute(found.limit(limit)).scalars())
