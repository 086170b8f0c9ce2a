"""Takes of an item: which one comes next, and whether the current one can have been heard yet."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from brief_audio.db.models import AudioGenerationJob, Brief, Item, ItemNarration, Preview
from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.work import LIVE_STATUSES, WorkStatus

SOUNDING = (NarrationState.SPOKEN, NarrationState.REUSED)


def item_at(session: Session, brief_id: int, position: int) -> Item | None:
    """Return a brief's item by position."""
    found = select(Item).where(Item.brief_id == brief_id, Item.position == position)
    return session.execute(found).scalar_one_or_none()


def is_being_spoken(session: Session, item: Item) -> bool:
    """Return whether a live job is about to narrate this text and take, which has not been heard so far."""
    live = (
        select(ItemNarration.id)
        .join(AudioGenerationJob, AudioGenerationJob.id == ItemNarration.job_id)
        .where(
            AudioGenerationJob.brief_id == item.brief_id,
            AudioGenerationJob.status.in_(LIVE_STATUSES),
            ItemNarration.item_id == item.id,
            ItemNarration.take == item.take,
            ItemNarration.headline == item.headline,
            ItemNarration.body == item.body,
        )
    )
    return session.execute(live.limit(1)).first() is not None and not _was_heard(session, item)


def take_next(session: Session, item: Item) -> None:
    """Re-record an item: its next narration gets a new key. The caller must hold the brief's row lock."""
    item.take += 1
    edited = update(Brief).where(Brief.id == item.brief_id).values(updated_at=func.clock_timestamp())
    session.execute(edited.execution_options(synchronize_session=False))
    session.flush()


def _was_heard(session: Session, item: Item) -> bool:
    published = (
        select(ItemNarration.id)
        .join(AudioGenerationJob, AudioGenerationJob.id == ItemNarration.job_id)
        .where(
            ItemNarration.item_id == item.id,
            ItemNarration.take == item.take,
            ItemNarration.state.in_(SOUNDING),
            AudioGenerationJob.status.not_in(LIVE_STATUSES),
        )
    )
    heard = select(Preview.id).where(
        Preview.item_id == item.id, Preview.take == item.take, Preview.status == WorkStatus.COMPLETED
    )
    return any(session.execute(found.limit(1)).first() is not None for found in (published, heard))
