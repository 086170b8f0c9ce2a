"""What the page of one brief reads: renditions, items' parts in a job, and edits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Event, Rendition


@dataclass(frozen=True, slots=True)
class RenditionRow:
    """A rendition's figures; `silences` is None if they were not measured."""

    id: int
    job_id: int | None
    number: int
    state: str
    audio_object: str
    size_bytes: int
    duration_ms: int
    loudness_lufs: float
    true_peak_dbtp: float
    item_count: int
    failed_items: int
    created_at: datetime
    published_at: datetime | None
    silences: list[list[int]] | None

    @property
    def longest_silence_ms(self) -> int | None:
        """Return the longest silence of at least a second, 0 if there is none, None if it was not measured."""
        return None if self.silences is None else max((end - start for start, end in self.silences), default=0)


COLUMNS = (
    Rendition.id,
    Rendition.job_id,
    Rendition.number,
    Rendition.state,
    Rendition.audio_object,
    Rendition.size_bytes,
    Rendition.duration_ms,
    Rendition.loudness_lufs,
    Rendition.true_peak_dbtp,
    Rendition.item_count,
    Rendition.failed_items,
    Rendition.created_at,
    Rendition.published_at,
    Rendition.contents["silences"],
)


def renditions(session: Session, brief_id: int, *, limit: int) -> list[RenditionRow]:
    """Return a brief's newest renditions, newest first."""
    found = select(*COLUMNS).where(Rendition.brief_id == brief_id).order_by(Rendition.number.desc()).limit(limit)
    return [RenditionRow(*_values(row)) for row in session.execute(found)]


def rendition_by_id(session: Session, rendition_id: int) -> RenditionRow | None:
    """Return one rendition by its database ID."""
    row = session.execute(select(*COLUMNS).where(Rendition.id == rendition_id)).one_or_none()
    return RenditionRow(*_values(row)) if row else None


def rendition(session: Session, brief_id: int, number: int) -> RenditionRow | None:
    """Return one rendition of a brief by number."""
    found = select(*COLUMNS).where(Rendition.brief_id == brief_id, Rendition.number == number)
    row = session.execute(found).one_or_none()
    return RenditionRow(*_values(row)) if row else None


def last_jobs(session: Session, brief_id: int, *, limit: int) -> list[Job]:
    """Return a brief's newest jobs, newest first."""
    found = select(Job).where(Job.brief_id == brief_id).order_by(Job.id.desc()).limit(limit)
    return list(session.execute(found).scalars())


def title_of_job(session: Session, job_id: int) -> str | None:
    """Return the brief's title as it was when the job was created."""
    return session.execute(select(Job.brief_title).where(Job.id == job_id)).scalar_one_or_none()


def _values(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(row)


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
