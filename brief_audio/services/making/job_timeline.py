"""The timeline of a job, derived from its events: its stages with their durations, and its attempts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from brief_audio.services.making.jobs import EventLine


class JobPhase(StrEnum):
    """The stages of a job, in the order of a run without problems."""

    QUEUED = "Queued"
    AGAIN = "Queued again"
    ITEMS = "Items"
    MASTERING = "Mastering"
    STORING = "Stored"
    PUBLISHED = "Published"
    HELD = "Held"
    FAILED = "Failed"
    CANCELLED = "Cancelled"


BEGINS = {
    "job.queued": JobPhase.QUEUED,
    "job.claimed": JobPhase.ITEMS,
    "job.mastering": JobPhase.MASTERING,
    "job.storing": JobPhase.STORING,
    "job.requeued": JobPhase.AGAIN,
    "job.released": JobPhase.AGAIN,
    "job.rescued": JobPhase.AGAIN,
    "rendition.published": JobPhase.PUBLISHED,
    "rendition.held": JobPhase.HELD,
    "job.failed": JobPhase.FAILED,
    "job.cancelled": JobPhase.CANCELLED,
}
ENDS = frozenset({JobPhase.PUBLISHED, JobPhase.HELD, JobPhase.FAILED, JobPhase.CANCELLED})
# The end of an attempt, by the event that ended it: the state whose icon is shown, and the words.
OUTCOMES = {
    "rendition.published": ("completed", "Published"),
    "rendition.held": ("held", "Held"),
    "job.requeued": ("failed", "Failed, retrying later"),
    "job.rescued": ("failed", "Worker stopped responding"),
    "job.released": ("cancelled", "Released"),
    "job.failed": ("failed", "Failed"),
    "job.cancelled": ("cancelled", "Cancelled"),
}


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One stage of a job, with its actor, start and end; `until` is None while it lasts."""

    part: JobPhase
    at: datetime
    until: datetime | None
    actor: str
    attempt: int | None
    message: str = ""

    @property
    def took_ms(self) -> int | None:
        """Return the duration; None for an instant or a stage that still lasts."""
        if self.until is None or self.part in ENDS:
            return None
        return round((self.until - self.at).total_seconds() * 1000)


@dataclass(frozen=True, slots=True)
class TimelineAttempt:
    """One attempt, with its worker and outcome; `state` is "processing" while it runs."""

    number: int
    worker: str
    at: datetime
    until: datetime | None
    state: str = "processing"
    outcome: str = "Running"
    message: str = ""
    is_charged: bool = True

    @property
    def took_ms(self) -> int | None:
        """Return the duration; None while it runs."""
        return round((self.until - self.at).total_seconds() * 1000) if self.until else None


def steps(history: Sequence[EventLine]) -> list[TimelineStep]:
    """Return the stages of a job; each ends when the next begins."""
    found: list[TimelineStep] = []
    for event in history:
        part = BEGINS.get(event.kind)
        if part is None:
            continue
        if found and found[-1].until is None:
            found[-1] = replace(found[-1], until=event.at)
        until = event.at if part in ENDS else None
        found.append(TimelineStep(part, event.at, until, event.actor, event.attempt, event.message))
    return found


def attempts(history: Sequence[EventLine]) -> list[TimelineAttempt]:
    """Return the attempts, newest first."""
    found: list[TimelineAttempt] = []
    for event in history:
        if event.kind == "job.claimed":
            found.append(TimelineAttempt(event.attempt or len(found) + 1, event.actor, event.at, None))
        elif event.kind in OUTCOMES and found and found[-1].until is None:
            state, outcome = OUTCOMES[event.kind]
            is_charged = event.kind != "job.released"
            found[-1] = replace(
                found[-1],
                until=event.at,
                state=state,
                outcome=outcome,
                message=event.message,
                is_charged=is_charged,
            )
    return found[::-1]
