"""One job as its page shows it: its progress, its history and its result."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db.making import job_list, job_page
from brief_audio.db.making.job_page import ItemPart, JobFacts, Made
from brief_audio.domain.errors import NotFoundError
from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.work import WorkStatus
from brief_audio.services.making.job_timeline import TimelineAttempt, TimelineStep, attempts, steps
from brief_audio.services.making.jobs import EventLine

MOST_EVENTS = 500
LEAST_PROGRESS = 5  # per cent, and seconds: a speed measured over less is unreliable
LEAST_ELAPSED = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a job: its items, and the time left at the speed so far (None while unknown)."""

    job: JobFacts
    items: tuple[ItemPart, ...]
    left: timedelta | None

    @property
    def counts(self) -> Counter[str]:
        """Return the number of items in each state."""
        return Counter(item.state for item in self.items)

    @property
    def speaking(self) -> ItemPart | None:
        """Return the first item that is being spoken."""
        return next((item for item in self.items if item.state == NarrationState.SPEAKING), None)

    @property
    def is_narrated(self) -> bool:
        """Return whether every item is finished, so that the job is mastering or storing."""
        open_states = {NarrationState.PENDING, NarrationState.SPEAKING}
        return bool(self.items) and not any(item.state in open_states for item in self.items)


@dataclass(frozen=True, slots=True)
class JobPage:
    """Everything that a job's page shows; events and attempts are newest first."""

    progress: Progress
    steps: tuple[TimelineStep, ...]
    attempts: tuple[TimelineAttempt, ...]
    events: tuple[EventLine, ...]
    made: Made | None
    newer_job: int | None

    @property
    def job(self) -> JobFacts:
        """Return the job itself."""
        return self.progress.job

    @property
    def is_held(self) -> bool:
        """Return whether the job's rendition is held until a person publishes it."""
        return self.made is not None and self.made.state == "stored" and self.job.held_reason is not None


def story(session: Session, job_id: int, *, now: datetime) -> JobPage:
    """Return a job with its progress and history; raise `NotFoundError`."""
    so_far = progress(session, job_id, now=now)
    found = job_list.history(session, job_id, limit=MOST_EVENTS)
    history = [EventLine(event.at, event.actor, event.kind, event.attempt, event.message) for event in found]
    return JobPage(
        progress=so_far,
        steps=tuple(steps(history)),
        attempts=tuple(attempts(history)),
        events=tuple(history[::-1]),
        made=job_page.made(session, job_id),
        newer_job=job_page.newer_job(session, job_id),
    )


def progress(session: Session, job_id: int, *, now: datetime) -> Progress:
    """Return the progress of a job; raise `NotFoundError`."""
    job = job_page.facts(session, job_id)
    if job is None:
        raise NotFoundError(f"there is no job {job_id}", code="no_such_job", facts={"job": job_id})
    return progress_of(job, job_page.items(session, job_id), now=now)


def progress_of(job: JobFacts, items: Sequence[ItemPart], *, now: datetime) -> Progress:
    """Return the progress of a job."""
    return Progress(job, tuple(items), _left(job, now))


def _left(job: JobFacts, now: datetime) -> timedelta | None:
    """Return the time left at the speed of this attempt so far, or None if it is too early to tell."""
    if job.status != WorkStatus.PROCESSING or job.claimed_at is None:
        return None
    elapsed = now - job.claimed_at
    if job.progress < LEAST_PROGRESS or elapsed < LEAST_ELAPSED:
        return None
    return elapsed * (100 - job.progress) / job.progress
