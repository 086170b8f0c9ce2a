"""Changes to single items of a brief: add, move, delete. Each edit updates the brief's `updated_at`."""

from sqlalchemy import ScalarSelect, delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from brief_audio.db.models import AudioGenerationJob, Brief, Item, ItemNarration


def find(session: Session, brief_id: int, item_id: int) -> Item | None:
    """Return an item with its voice, if it belongs to this brief."""
    found = select(Item).where(Item.id == item_id, Item.brief_id == brief_id).options(joinedload(Item.voice))
    return session.execute(found).scalar_one_or_none()


def append(session: Session, brief: Brief, item: Item) -> None:
    """Add an item at the end of a brief. The caller must hold the brief's row lock.

    It starts with the brief's highest take, deleted items included, so that a discarded take never comes back.
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
    """Swap the positions of two items."""
    one.position, other.position = other.position, one.position
    touch(session, brief)


def drop(session: Session, brief: Brief, item: Item) -> None:
    """Delete an item; those after it move up."""
    session.execute(delete(Item).where(Item.id == item.id))
    after = update(Item).where(Item.brief_id == brief.id, Item.position > item.position)
    session.execute(after.values(position=Item.position - 1).execution_options(synchronize_session=False))
    touch(session, brief)


def touch(session: Session, brief: Brief) -> None:
    """Set the time of a brief's last edit to now, not to the start of the transaction.

    A job may copy the text between the two.
    """
    brief.updated_at = func.clock_timestamp()
    session.flush()
    session.refresh(brief, ["updated_at"])


def _last_position(brief_id: int) -> ScalarSelect[int]:
    return select(func.max(Item.position)).where(Item.brief_id == brief_id).scalar_subquery()
