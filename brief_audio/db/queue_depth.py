"""How much work is waiting and running, counted only as far as it matters."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, func, literal, select
from sqlalchemy.orm import Session

from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.domain.work import WorkStatus

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """Numbers of live jobs."""

    due: int  # the next free worker takes one
    later: int  # retrying later, or requested for a later time
    processing: int


def queue_depth(session: Session) -> QueueDepth:
    """Count the live jobs; counting stops at `MOST_COUNTED`."""
    queued = Job.status == WorkStatus.QUEUED
    is_due, is_later = queued & (Job.run_after <= func.now()), queued & (Job.run_after > func.now())
    counted = select(_counted(is_due), _counted(is_later), _counted(Job.status == WorkStatus.PROCESSING))
    return QueueDepth(*session.execute(counted).one())


def _counted(condition: ColumnElement[bool]) -> ScalarSelect[int]:
    some = select(literal(1)).select_from(Job).where(condition).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
