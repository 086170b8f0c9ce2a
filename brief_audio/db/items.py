"""One item of a brief at a time: adding, moving, dropping; each edit gives the brief another `updated_at`."""

from sqlalchemy import ScalarSelect, delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from brief_audio.db.models import AudioGenerationJob, Brief, Item, ItemNarration


def find(session: Session, brief_id: int, item_id: int) -> Item | None:
    """Return an item of that very brief, with its voice."""
    found = select(Item).where(Item.id == item_id, Item.brief_id == brief_id).options(joinedload(Item.voice))
    return session.execute(found).scalar_one_or_none()


def append(session: Session, brief: Brief, item: Item) -> None:
    """Add an item at the end of a brief, whose row is locked.

    It begins with the highest take of the brief, also of what was dropped: one that was heard and put aside must
    never come back by itself.
    """
    of_items = session.execute(select(func.max(Item.take)).where(Item.brief_id == brief.id)).scalar()
    of_jobs = session.execute(
        select(func.max(ItemNarration.take))
        .join(AudioGenerationJob, AudioGenerationJob.id == ItemNarration.job_id)
        .where(AudioGenerationJob.brief_id == brief.id)
    ).scalar()
    item.brief_id, item.take = brief.id, max(of_items or 0, of_jobs or 0)
    item.position = (session.execute(select(_last_position(brief.id))).scalar() or 0) + 1
    session.add(item)
    touch(session, brief)


def swap(session: Session, brief: Brief, one: Item, other: Item) -> None:
    """Let two items of a brief change places."""
    one.position, other.position = other.position, one.position
    touch(session, brief)


def drop(session: Session, brief: Brief, item: Item) -> None:
    """Take an item out of a brief; those after it move up."""
    session.execute(delete(Item).where(Item.id == item.id))
    after = update(Item).where(Item.brief_id == brief.id, Item.position > item.position)
    session.execute(after.values(position=Item.position - 1).execution_options(synchronize_session=False))
    touch(session, brief)


def touch(session: Session, brief: Brief) -> None:
    """Note that a brief was edited: at the instant of now, not at the beginning of the transaction.

    Who copies the text for a job may come in between the two.
    """
    brief.updated_at = func.clock_timestamp()
    session.flush()
    session.refresh(brief, ["updated_at"])


def _last_position(brief_id: int) -> ScalarSelect[int]:
    return select(func.max(Item.position)).where(Item.brief_id == brief_id).scalar_subquery()
