"""Briefs and their items."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, joinedload

from brief_audio.db.models import Brief, Item, Rendition, Show


def find_by_id(session: Session, brief_id: int) -> Brief | None:
    """Return a brief by its number, with its show."""
    return session.execute(_with_show().where(Brief.id == brief_id)).scalar_one_or_none()


def find_by_slug(session: Session, slug: str) -> Brief | None:
    """Return the brief whose page ends in that slug."""
    return session.execute(_with_show().where(Brief.slug == slug)).scalar_one_or_none()


def find_by_date(session: Session, show_slug: str, local_date: date) -> Brief | None:
    """Return a show's brief of that date."""
    found = _with_show().join(Brief.show).where(Show.slug == show_slug, Brief.local_date == local_date)
    return session.execute(found).scalar_one_or_none()


def lock(session: Session, brief_id: int) -> Brief:
    """Return a brief whose row nobody else changes until the transaction ends."""
    # NO KEY: events that name the brief may be written meanwhile.
    return session.execute(select(Brief).where(Brief.id == brief_id).with_for_update(key_share=True)).scalar_one()


def latest(session: Session, *, show_slug: str | None = None, limit: int = 50) -> list[Brief]:
    """Return the newest briefs first."""
    found = _with_show().join(Brief.show).order_by(Brief.local_date.desc().nulls_last(), Brief.id.desc()).limit(limit)
    return list(session.execute(found.where(Show.slug == show_slug) if show_slug else found).scalars())


def items(session: Session, brief_id: int) -> list[Item]:
    """Return a brief's items in their order, each with its own voice."""
    found = select(Item).where(Item.brief_id == brief_id).options(joinedload(Item.voice)).order_by(Item.position)
    return list(session.execute(found).scalars())


def replace_items(session: Session, brief: Brief, fresh: Sequence[Item]) -> None:
    """Give a brief other items; jobs and renditions keep the texts that they were made of.

    An item that stays as it was keeps its take, and no other begins below the highest: a take that was heard and
    put aside must never come back by itself.
    """
    before = items(session, brief.id)
    takes = {(item.headline, item.body, item.voice_id): item.take for item in before}
    highest = max(takes.values(), default=0)
    session.execute(delete(Item).where(Item.brief_id == brief.id))
    for position, item in enumerate(fresh, start=1):
        item.brief_id, item.position = brief.id, position
        item.take = takes.get((item.headline, item.body, item.voice_id), highest)
    session.add_all(fresh)
    brief.updated_at = func.now()
    session.flush()


def take_again(session: Session, brief_id: int) -> None:
    """Let every item of a brief be spoken anew: the next take has a narration key of its own."""
    for item in items(session, brief_id):
        item.take += 1
    session.flush()


def current_rendition(session: Session, brief: Brief) -> Rendition | None:
    """Return the published rendition of a brief."""
    return session.get(Rendition, brief.current_rendition_id) if brief.current_rendition_id else None


def _with_show() -> Select[Brief]:
    return select(Brief).options(joinedload(Brief.show))
