"""What the health checks read about the database and the queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
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
