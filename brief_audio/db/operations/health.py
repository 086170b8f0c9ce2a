"""What the database says of itself and of the queue: version, clock, depth, unattended jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, literal, select, text
from sqlalchemy.orm import Session

from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.domain.work import WorkStatus


@dataclass(frozen=True, slots=True)
class Unattended:
    """Jobs that should have been handled by now."""

    overdue: int  # held by a worker with a lease that expired long ago
    waiting: int  # long due, and not claimed by any worker


def server_version(session: Session) -> str:
    """Return the server's version, such as `17.5`."""
    version: str = session.execute(text("SHOW server_version")).scalar_one()
    return version.split(maxsplit=1)[0]


def most_connections(session: Session) -> int:
    """Return how many connections the server allows in total."""
    return int(session.execute(text("SHOW max_connections")).scalar_one())


def server_clock(session: Session) -> datetime:
    """Return the current time of the server's clock."""
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now


def unattended_jobs(session: Session, longer_than: timedelta) -> Unattended:
    """Count the jobs that have waited longer than this for a rescue or a worker."""
    before = func.now() - longer_than
    overdue = (Job.status == WorkStatus.PROCESSING) & (Job.lease_until < before)
    waiting = (Job.status == WorkStatus.QUEUED) & (Job.run_after < before)
    counted = select(func.count().filter(overdue), func.count().filter(waiting))
    return Unattended(*session.execute(counted).one())


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
