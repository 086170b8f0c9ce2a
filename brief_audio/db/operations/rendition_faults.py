"""The files of current renditions, and which of them the last check found missing or incomplete."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg2
from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert as insert_or_change
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.wait_limits import waiting_for
from brief_audio.db.models import Brief, Rendition, RenditionFault
from brief_audio.db.models.rendition_faults import LONGEST_REASON
from brief_audio.domain.errors import BriefAudioError

PATIENCE_SECONDS = 2.0


COLUMNS = (
    "id",
    "number",
    "audio_object",
    "size_bytes",
    "captions_object",
    "captions_bytes",
    "chapters_object",
    "chapters_bytes",
    "manifest_object",
    "manifest_bytes",
)


@dataclass(frozen=True, slots=True)
class RenditionFiles:
    """A rendition's stored objects with their sizes, None for objects stored before sizes were measured."""

    brief_slug: str
    rendition_id: int
    number: int
    audio_object: str
    audio_bytes: int
    captions_object: str
    captions_bytes: int | None
    chapters_object: str
    chapters_bytes: int | None
    manifest_object: str
    manifest_bytes: int | None


def current_files(session: Session) -> list[RenditionFiles]:
    """Return the files of every current rendition."""
    columns = (getattr(Rendition, name) for name in COLUMNS)
    found = select(Brief.slug, *columns).join(Brief, Brief.current_rendition_id == Rendition.id).order_by(Brief.id)
    return [RenditionFiles(*row) for row in session.execute(found)]


def keep(session: Session, found: Mapping[int, str]) -> frozenset[int]:
    """Store what a check of all current renditions found, by rendition ID; return the IDs with a new fault.

    If several checks run at once, only one of them reports a fault as new.
    """
    session.execute(delete(RenditionFault).where(RenditionFault.rendition_id.not_in(list(found))))
    fresh: set[int] = set()
    for rendition_id, reason in sorted(found.items()):
        told = reason[:LONGEST_REASON]
        row = select(Rendition.id, literal(told)).where(Rendition.id == rendition_id)
        inserted = insert_or_change(RenditionFault).from_select(["rendition_id", "reason"], row)
        changed = inserted.on_conflict_do_update(index_elements=["rendition_id"], set_={"reason": told})
        is_new = session.execute(changed.returning(RenditionFault.found_at == func.now())).scalar_one_or_none()
        if is_new:
            fresh.add(rendition_id)
    return frozenset(fresh)


def files_of(rendition: Rendition, brief_slug: str) -> RenditionFiles:
    """Return the files of one rendition."""
    return RenditionFiles(brief_slug, *(getattr(rendition, name) for name in COLUMNS))


def of_current(session: Session) -> list[tuple[str, int, str]]:
    """Return brief, number and reason for each current rendition that the last check found faulty."""
    found = (
        select(Brief.slug, Rendition.number, RenditionFault.reason)
        .join(Rendition, Rendition.id == RenditionFault.rendition_id)
        .join(Brief, Brief.current_rendition_id == Rendition.id)
    )
    return [(slug, number, reason) for slug, number, reason in session.execute(found.order_by(Brief.id))]


def is_faulty(session: Session, rendition_id: int) -> bool:
    """Return whether the last check found a rendition's files missing or incomplete."""
    found = select(RenditionFault.id).where(RenditionFault.rendition_id == rendition_id)
    return session.execute(found).scalar_one_or_none() is not None


def count_of_current(db: Database) -> int | None:
    """Return how many current renditions the last check found faulty, None if the database can't answer."""
    counted = (
        select(func.count())
        .select_from(RenditionFault)
        .join(Brief, Brief.current_rendition_id == RenditionFault.rendition_id)
    )
    try:
        with waiting_for(PATIENCE_SECONDS), db.transaction() as session:
            return session.execute(counted).scalar_one()
    except (BriefAudioError, SQLAlchemyError, psycopg2.Error):
        return None
