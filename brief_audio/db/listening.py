"""What listeners may read: published editions, the objects behind them, and the first one in the making.

Rows come back as frozen values without the heavy `contents`, which only a page that shows a transcript asks for.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from brief_audio.db.models import AudioGenerationJob, Brief, Rendition, Show
from brief_audio.domain.jobs import BriefKind, RenditionState
from brief_audio.domain.work import LIVE_STATUSES

LISTENABLE = (RenditionState.PUBLISHED, RenditionState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class ShowCard:
    """What listeners see of a show."""

    slug: str
    title: str
    tagline: str
    language: str
    time_zone: str
    cover_object: str | None
    cover_alt: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A brief with its current rendition."""

    rendition_id: int
    show: ShowCard
    slug: str
    title: str
    local_date: date | None
    published_at: datetime
    is_updated: bool  # listeners have heard an earlier rendition of it
    audio_object: str
    captions_object: str
    size_bytes: int
    duration_ms: int
    item_count: int
    failed_items: int
    voices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListenableRendition:
    """The stored objects of a rendition that listeners may have, and what validates its sound."""

    brief_slug: str
    audio_object: str
    captions_object: str
    chapters_object: str
    sha256: str
    size_bytes: int
    captions_bytes: int | None
    chapters_bytes: int | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Making:
    """How far a job that listeners wait for has come."""

    done_items: int
    total_items: int
    progress: int


def edition(session: Session, slug: str) -> Edition | None:
    """Return the published edition of the brief of that slug."""
    found = session.execute(_editions().where(Brief.slug == slug)).one_or_none()
    return _edition(found) if found else None


def daily_editions(session: Session, *, before: date | None, at_least: int) -> list[Edition]:
    """Return the newest daily editions of every show, newest first, older than `before`.

    Whole days only: the day of the last one is complete even where that makes more than `at_least`, so that the
    next page may begin before it and no show's edition falls between two pages.
    """
    newest_day = Brief.local_date.desc().nulls_last()  # as the index has it
    days = _dated(before).with_only_columns(Brief.local_date).order_by(newest_day)
    earliest = session.execute(days.offset(at_least - 1).limit(1)).scalar_one_or_none()
    found = _dated(before).order_by(newest_day, Rendition.published_at.desc(), Brief.id.desc())
    if earliest is not None:
        found = found.where(Brief.local_date >= earliest)
    return [_edition(row) for row in session.execute(found)]


def has_daily_edition(session: Session, *, before: date) -> bool:
    """Say whether any show has an edition of an earlier day."""
    return bool(session.execute(select(_dated(before).exists())).scalar())


def kept_contents(session: Session, rendition_id: int) -> dict[str, Any]:
    """Return what a rendition holds, in the form that `domain.contents` reads."""
    kept: dict[str, Any] = session.execute(select(Rendition.contents).where(Rendition.id == rendition_id)).scalar_one()
    return kept


def listenable(session: Session, audio_object: str) -> ListenableRendition | None:
    """Return the rendition of that sound; None where it was never published, or was withdrawn."""
    found = select(
        Brief.slug,
        Rendition.audio_object,
        Rendition.captions_object,
        Rendition.chapters_object,
        Rendition.sha256,
        Rendition.size_bytes,
        Rendition.captions_bytes,
        Rendition.chapters_bytes,
        Rendition.created_at,
    ).join(Brief, Brief.id == Rendition.brief_id)
    wanted = found.where(Rendition.audio_object == audio_object, Rendition.state.in_(LISTENABLE))
    row = session.execute(wanted).one_or_none()
    return ListenableRendition(*row) if row else None


def is_cover(session: Session, name: str) -> bool:
    """Say whether an object is the cover of a show."""
    return bool(session.execute(select(exists().where(Show.cover_object == name))).scalar())


def sole_show(session: Session) -> ShowCard | None:
    """Return the only show of this installation; None where there is none, or more than one."""
    shows = session.execute(select(*SHOW_COLUMNS).order_by(Show.id).limit(2)).all()
    return ShowCard(*shows[0]) if len(shows) == 1 else None


def making(session: Session) -> Making | None:
    """Return how far the furthest live job is, if there is any."""
    job = AudioGenerationJob
    done = job.completed_items + job.failed_items
    found = select(done, job.total_items, job.progress).where(job.status.in_(LIVE_STATUSES))
    row = session.execute(found.order_by(job.progress.desc(), job.id).limit(1)).one_or_none()
    return Making(*row) if row else None


SHOW_COLUMNS = (
    Show.slug,
    Show.title,
    Show.tagline,
    Show.language,
    Show.time_zone,
    Show.cover_object,
    Show.cover_alt,
)
Earlier = aliased(Rendition)
IS_UPDATED = exists().where(Earlier.brief_id == Brief.id, Earlier.state == RenditionState.SUPERSEDED)
EDITION_COLUMNS = (
    Brief.slug,
    Brief.title,
    Brief.local_date,
    func.coalesce(Rendition.published_at, Rendition.created_at),
    IS_UPDATED,
    Rendition.audio_object,
    Rendition.captions_object,
    Rendition.size_bytes,
    Rendition.duration_ms,
    Rendition.item_count,
    Rendition.failed_items,
    Rendition.voices,
)


def _editions() -> Select[*tuple[Any, ...]]:
    columns: Select[*tuple[Any, ...]] = select(Rendition.id, *SHOW_COLUMNS, *EDITION_COLUMNS)
    shown = columns.join(Brief, Brief.current_rendition_id == Rendition.id).join(Show, Show.id == Brief.show_id)
    return shown.where(Rendition.state == RenditionState.PUBLISHED)


def _dated(before: date | None) -> Select[*tuple[Any, ...]]:
    found = _editions().where(Brief.kind == BriefKind.DAILY, Brief.local_date.is_not(None))
    return found if before is None else found.where(Brief.local_date < before)


def _edition(row: Row[*tuple[Any, ...]]) -> Edition:
    values: tuple[Any, ...] = tuple(row)
    shown = len(SHOW_COLUMNS) + 1
    return Edition(values[0], ShowCard(*values[1:shown]), *values[shown:])
