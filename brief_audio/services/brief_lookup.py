"""Find a brief by the slug in its page's address, and its last editor."""

from sqlalchemy.orm import Session

from brief_audio.db import brief_history, briefs
from brief_audio.db.models import Brief
from brief_audio.domain.errors import NotFoundError
from brief_audio.domain.slugs import LONGEST_BRIEF_SLUG


def find(session: Session, slug: str) -> Brief:
    """Return the brief with that slug, and its show; raise `NotFoundError` for an unknown or impossible slug."""
    is_sound = slug.isprintable() and len(slug) <= LONGEST_BRIEF_SLUG  # PostgreSQL takes no NUL
    found = briefs.find_by_slug(session, slug) if is_sound else None
    if found is None:
        raise NotFoundError("there is no such brief", code="no_such_brief")
    return found


def last_editor(session: Session, brief_id: int) -> str | None:
    """Return who last changed a brief's text, or None if the history no longer tells."""
    edits = brief_history.edits(session, brief_id, limit=1)
    return edits[0].actor if edits else None
