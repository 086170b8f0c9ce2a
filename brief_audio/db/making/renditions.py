"""Renditions, and the pointer that publishes one: the only commit point that listeners can see."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from brief_audio.db.models import Brief, Rendition, Show
from brief_audio.domain.jobs import RenditionState


def next_number(session: Session, brief_id: int) -> int:
    """Return the number for the brief's next rendition."""
    found = session.execute(select(func.max(Rendition.number)).where(Rendition.brief_id == brief_id)).scalar()
    return (found or 0) + 1


def find_by_object(session: Session, audio_object: str) -> Rendition | None:
    """Return the rendition whose audio is stored under that name."""
    return session.execute(select(Rendition).where(Rendition.audio_object == audio_object)).scalar_one_or_none()


def find_by_number(session: Session, brief_id: int, number: int) -> Rendition | None:
    """Return one rendition of a brief."""
    found = select(Rendition).where(Rendition.brief_id == brief_id, Rendition.number == number)
    return session.execute(found).scalar_one_or_none()


def publish(session: Session, brief: Brief, rendition: Rendition) -> None:
    """Point the brief at a rendition and clear its held mark. The caller must hold the brief's row lock."""
    session.execute(
        update(Rendition)
        .where(Rendition.brief_id == brief.id, Rendition.state == RenditionState.PUBLISHED)
        .values(state=RenditionState.SUPERSEDED, superseded_at=func.now())
    )
    rendition.state, rendition.superseded_at = RenditionState.PUBLISHED, None
    rendition.published_at = rendition.published_at or func.now()  # a restored rendition keeps its first date
    session.flush()
    brief.current_rendition_id, brief.held_reason, brief.held_at = rendition.id, None, None
    session.flush()


def hold(session: Session, brief: Brief, reason: str) -> None:
    """Mark a brief as held: a rendition was made but is not published."""
    brief.held_reason, brief.held_at = reason, func.now()
    session.flush()


def editions_out(session: Session, wanted: Collection[tuple[str, date]]) -> set[tuple[str, date]]:
    """Return the published ones among the wanted editions, each a show slug and a date."""
    if not wanted:
        return set()
    is_wanted = tuple_(Show.slug, Brief.local_date).in_(sorted(wanted))
    out = select(Show.slug, Brief.local_date).join(Show, Brief.show_id == Show.id)
    found = session.execute(out.where(is_wanted, Brief.current_rendition_id.is_not(None)))
    return {(slug, local_date) for slug, local_date in found if local_date is not None}
