"""Briefs and their items."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from brief_audio.db.models import Brief, Item, Rendition, Show


def find_by_id(session: Session, brief_id: int) -> Brief | None:
    """Return a brief by ID, with its show."""
    return session.execute(_with_show().where(Brief.id == brief_id)).scalar_one_or_none()


def find_by_slug(session: Session, slug: str) -> Brief | None:
    """Return the brief with the page address that ends in this slug."""
    return session.execute(_with_show().where(Brief.slug == slug)).scalar_one_or_none()


def find_by_date(session: Session, show_slug: str, local_date: date) -> Brief | None:
    """Return a show's brief for a date."""
    found = _with_show().join(Brief.show).where(Show.slug == show_slug, Brief.local_date == local_date)
    return session.execute(found).scalar_one_or_none()


def lock(session: Session, brief_id: int) -> Brief:
    """Return a brief with its row locked until the transaction ends.

    A transaction that also changes the brief's jobs must lock the brief first, to avoid a deadlock.
    """
    return session.execute(_locked(brief_id)).scalar_one()


def lock_if_there(session: Session, brief_id: int) -> Brief | None:
    """Do the same as `lock`, but return None if the brief was deleted."""
    return session.execute(_locked(brief_id)).scalar_one_or_none()


def latest(session: Session, *, show_slug: str | None = None, limit: int = 50) -> list[Brief]:
    """Return the newest briefs, newest first."""
    found = _with_show().join(Brief.show).order_by(Brief.local_date.desc().nulls_last(), Brief.id.desc()).limit(limit)
    return list(session.execute(found.where(Show.slug == show_slug) if show_slug else found).scalars())


def between(session: Session, show_id: int, first: date, last: date) -> list[Brief]:
    """Return a show's briefs between two dates, both included, by date."""
    found = select(Brief).where(Brief.show_id == show_id, Brief.local_date.between(first, last))
    return list(session.execute(found.order_by(Brief.local_date)).scalars())


def dates_between(session: Session, show_slug: str, first: date, last: date) -> set[date | None]:
    """Return the dates between these two, both included, for which a show has a brief."""
    found = select(Brief.local_date).join(Brief.show).where(Show.slug == show_slug)
    return set(session.execute(found.where(Brief.local_date.between(first, last))).scalars())


def newest_before(session: Session, show_id: int, local_date: date) -> Brief | None:
    """Return a show's newest brief before a date."""
    found = select(Brief).where(Brief.show_id == show_id, Brief.local_date < local_date)
    return session.execute(found.order_by(Brief.local_date.desc()).limit(1)).scalar_one_or_none()


def items(session: Session, brief_id: int) -> list[Item]:
    """Return a brief's items in order, each with its own voice."""
    found = select(Item).where(Item.brief_id == brief_id).options(joinedload(Item.voice)).order_by(Item.position)
    return list(session.execute(found).scalars())


def replace_items(session: Session, brief: Brief, fresh: Sequence[Item]) -> None:
    """Replace a brief's items; jobs and renditions keep the texts they were made from.

    An unchanged item keeps its take. Every other item starts at the highest take, so that a discarded take never comes
    back.
    """
    before = items(session, brief.id)
    takes = {(item.headline, item.body, item.voice_id): item.take for item in before}
    highest = max(takes.values(), default=0)
    session.execute(delete(Item).where(Item.brief_id == brief.id))
    for position, item in enumerate(fresh, start=1):
        item.brief_id, item.position = brief.id, position
        item.take = takes.get((item.headline, item.body, item.voice_id), highest)
    session.add_all(fresh)
    brief.updated_at = func.clock_timestamp()  # now(), the transaction's start, may precede a copy of the old text
    session.flush()


def take_again(session: Session, brief_id: int) -> None:
    """Re-record every item of a brief: the next take gives each a new narration key."""
    for item in items(session, brief_id):
        item.take += 1
    session.execute(update(Brief).where(Brief.id == brief_id).values(updated_at=func.clock_timestamp()))
    session.flush()


def current_rendition(session: Session, brief: Brief) -> Rendition | None:
    """Return a brief's published rendition."""
    return session.get(Rendition, brief.current_rendition_id) if brief.current_rendition_id else None


def current_numbers(session: Session, found: Sequence[Brief]) -> dict[int, int]:
    """Return the number of the published rendition of each of those briefs that has one, by the brief's id."""
    wanted = [brief.current_rendition_id for brief in found if brief.current_rendition_id]
    rows = session.execute(select(Rendition.brief_id, Rendition.number).where(Rendition.id.in_(wanted)))
    return {row.brief_id: row.number for row in rows}


def _locked(brief_id: int) -> Select[Brief]:
    # NO KEY: others may still insert events that refer to the brief. Anything read before the lock is stale.
    found = select(Brief).where(Brief.id == brief_id).with_for_update(key_share=True)
    return found.execution_options(populate_existing=True)


def _with_show() -> Select[Brief]:
    return select(Brief).options(joinedload(Brief.show))
