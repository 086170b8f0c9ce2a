"""The list of workers: which are running, since when, and with which jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db.operations import workers

SILENT_AFTER = timedelta(seconds=30)  # it has missed its reports
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """One worker; `seen_seconds_ago` was computed on the database's clock."""

    name: str
    host: str
    pid: int
    version: str
    is_silent: bool
    seen_seconds_ago: float
    started_at: datetime
    concurrency: int
    jobs: tuple[int, ...]
    memory_mib: int


def listed(session: Session) -> list[WorkerLine]:
    """Return every running worker, and those that stopped reporting within the last day."""
    held = workers.jobs_in_hand(session)
    return [
        WorkerLine(
            name=row.name,
            host=row.host,
            pid=row.pid,
            version=row.version,
            is_silent=age > SILENT_AFTER,
            seen_seconds_ago=round(age.total_seconds(), 1),
            started_at=row.started_at,
            concurrency=row.concurrency,
            jobs=tuple(held.get(row.name, ())),
            memory_mib=row.memory_mib,
        )
        for row, age in workers.with_ages(session)
    ]
