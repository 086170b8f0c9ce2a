"""The state of the system: workers, queue, late editions and system checks. All of it is quick to look up."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from brief_audio.db.connection.engine import Database
from brief_audio.db.operations.health import QueueDepth, queue_depth
from brief_audio.domain.clock import utc_now
from brief_audio.mastering.ffmpeg import bundled_ffmpeg
from brief_audio.mastering.ffmpeg_facts import FfmpegFacts, ffmpeg_facts
from brief_audio.services.operations import health, rendition_files, workers
from brief_audio.services.operations.health import Check, checked
from brief_audio.services.operations.workers import WorkerLine
from brief_audio.services.schedules import late_editions
from brief_audio.services.schedules.late_editions import LateEdition
from brief_audio.storage.base import AudioStore


@dataclass(frozen=True, slots=True)
class Overview:
    """Workers, queue depth and late editions."""

    workers: tuple[WorkerLine, ...]
    depth: QueueDepth
    late: tuple[LateEdition, ...]

    @property
    def silent(self) -> int:
        """Return how many workers have missed their reports for too long."""
        return sum(worker.is_silent for worker in self.workers)


def overview(session: Session, *, now: datetime) -> Overview:
    """Return the workers, the queue depth and the late editions."""
    late = late_editions.late_editions(session, now=now)
    return Overview(tuple(workers.listed(session)), queue_depth(session), tuple(late))


def parts(db: Database, store: AudioStore) -> tuple[Check, ...]:
    """Run the system checks. An unreachable store may take several seconds; no voice is loaded."""
    return (
        *health.readiness(db, store),
        checked("clock", lambda: health.clock(db, utc_now)),
        checked("jobs", lambda: health.queue(db)),
        checked(rendition_files.PLACE, lambda: rendition_files.last_check(db)),
        checked("ffmpeg", lambda: health.encoder(bundled_ffmpeg(), ask=_facts)),
    )


@cache
def _facts(program: Path) -> FfmpegFacts:
    """Ask ffmpeg once per process: it does not change, and each answer starts two processes."""
    return ffmpeg_facts(program)
