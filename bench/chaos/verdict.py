"""What happened to every job, according to the rows, the events and the files."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.chaos.watch import Holding
from brief_audio.db.operations.stored_objects import named_among
from brief_audio.domain.jobs import QueueRules
from brief_audio.storage.local import LocalStore

DOUBLES = """
SELECT (SELECT count(*) FROM (SELECT FROM rendition GROUP BY job_id HAVING count(*) > 1) AS renditions)
    + (SELECT count(*) FROM (SELECT FROM event WHERE kind IN ('job.completed', 'job.failed', 'job.cancelled')
                             GROUP BY job_id HAVING count(*) > 1) AS ends)
    + (SELECT count(*) FROM (SELECT FROM event WHERE kind IN ('job.claimed', 'job.rescued', 'job.requeued')
                             GROUP BY job_id, attempt, kind HAVING count(*) > 1) AS steps)
    + (SELECT count(*) FROM (SELECT FROM event WHERE kind = 'rendition.published'
                             GROUP BY brief_id HAVING count(*) > 1) AS publishes)
    + (SELECT count(*) FROM event AS done WHERE kind = 'job.completed' AND NOT EXISTS (
        SELECT FROM event WHERE kind = 'job.claimed' AND job_id = done.job_id AND attempt = done.attempt))
"""
LOST = """
SELECT count(*) FROM audio_generation_job AS job WHERE status IN ('queued', 'processing') OR status = 'completed'
    AND NOT EXISTS (SELECT FROM brief JOIN rendition ON rendition.id = current_rendition_id WHERE job_id = job.id)
"""
DIED = "SELECT count(*) FROM audio_generation_job WHERE status = 'failed' AND error LIKE 'the worker died%'"
FAILED = "SELECT count(*) FROM audio_generation_job WHERE status = 'failed' AND error NOT LIKE 'the worker died%'"
STORY = """
SELECT job_id, attempt, kind, at FROM event WHERE kind IN ('job.claimed', 'job.rescued', 'job.requeued')
ORDER BY job_id, id
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """The final counts from the rows."""

    jobs: int
    publishes: int
    deaths: int
    requeued_after_errors: int
    failed_after_deaths: int
    failed_otherwise: int
    doubles: int
    lost: int


@dataclass(frozen=True, slots=True)
class Returns:
    """Seconds from a dead attempt's last heartbeat to the next claim of its job."""

    at_once: list[float]  # after the first two deaths
    after_backoff: list[float]


def counts(session: Session) -> Counts:
    """Count jobs, ends and violations.

    `doubles`: a job with two renditions or two ends, a step of an attempt that happened twice, a brief published twice,
    or an end without its claim. `lost`: a job without a final state, or a completed one whose rendition is not its
    brief's edition.
    """

    def number(query: str) -> int:
        return int(session.execute(text(query)).scalar_one())

    return Counts(
        jobs=number("SELECT count(*) FROM audio_generation_job"),
        publishes=number("SELECT count(*) FROM event WHERE kind = 'rendition.published'"),
        deaths=number("SELECT count(*) FROM event WHERE kind = 'job.rescued'") + number(DIED),
        requeued_after_errors=number("SELECT count(*) FROM event WHERE kind = 'job.requeued'"),
        failed_after_deaths=number(DIED),
        failed_otherwise=number(FAILED),
        doubles=number(DOUBLES),
        lost=number(LOST),
    )


def returns(session: Session, lease_ends: Mapping[Holding, datetime], rules: QueueRules) -> Returns:
    """Calculate how soon each job returned from a dead worker to a live one."""
    stories: dict[int, list[tuple[int, str, datetime]]] = defaultdict(list)
    for job_id, attempt, kind, at in session.execute(text(STORY)):
        stories[job_id].append((attempt, kind, at))
    found = Returns([], [])
    for job_id, story in stories.items():
        for seconds, spent in _returns_of(job_id, story, lease_ends, rules):
            (found.at_once if spent <= rules.free_deaths else found.after_backoff).append(seconds)
    return found


def _returns_of(
    job_id: int,
    story: Sequence[tuple[int, str, datetime]],
    lease_ends: Mapping[Holding, datetime],
    rules: QueueRules,
) -> list[tuple[float, int]]:
    """Return the seconds of each return, and how many attempts had been used by then."""
    found, spent = [], 0
    for (attempt, kind, _), (_, next_kind, claimed_at) in pairwise(story):
        spent += kind != "job.claimed"
        if kind == "job.rescued" and next_kind == "job.claimed":
            heartbeat_at = lease_ends[Holding(job_id, attempt)] - rules.lease
            found.append(((claimed_at - heartbeat_at).total_seconds(), spent))
    return found


def orphaned_objects(session: Session, data_dir: Path) -> int:
    """Count stored objects that no row refers to, left by dead attempts; the daily sweep deletes them."""
    names = [stored.name for stored in LocalStore(data_dir / "store").list()]
    return len(set(names) - named_among(session, names))


def temporary_files(data_dir: Path) -> int:
    """Count the files left in the folders for temporary files."""
    folders = (data_dir / "tmp", data_dir / "store" / ".temporary")
    return sum(path.is_file() for folder in folders if folder.is_dir() for path in folder.rglob("*"))
