"""The states of jobs, items and renditions, and the arithmetic of progress and retries."""

import random
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class JobStatus(StrEnum):
    """The life of an `AudioGenerationJob`; the last three are final."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


NIGHT_PRIORITY = 50  # smaller goes first: this morning's edition before what is asked for by hand
MANUAL_PRIORITY = 100
BACKFILL_PRIORITY = 500

LIVE_STATUSES = (JobStatus.QUEUED, JobStatus.PROCESSING)


class NarrationState(StrEnum):
    """One item's part in a job."""

    PENDING = "pending"
    SPEAKING = "speaking"
    SPOKEN = "spoken"
    REUSED = "reused"
    FAILED = "failed"


class RenditionState(StrEnum):
    """A rendition is made `stored`; at most one of a brief is `published`."""

    STORED = "stored"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class BriefState(StrEnum):
    """Nights take only briefs that are `ready`."""

    DRAFT = "draft"
    READY = "ready"


class BriefKind(StrEnum):
    """A `daily` brief has a local date, unique in its show; the others have none."""

    DAILY = "daily"
    TEXT = "text"
    STORY = "story"


@dataclass(frozen=True, slots=True)
class QueueRules:
    """The numbers of the queue; every lease is reckoned on the database's clock."""

    lease: timedelta = timedelta(seconds=60)
    heartbeat: timedelta = timedelta(seconds=15)
    rescue_every: timedelta = timedelta(seconds=10)
    attempt_limit: timedelta = timedelta(minutes=30)
    most_attempts: int = 5
    free_deaths: int = 2  # the first deaths of a job are requeued at once, later ones wait
    utterance_tries: int = 3
    backoff_first: timedelta = timedelta(seconds=15)
    backoff_longest: timedelta = timedelta(minutes=15)
    most_queued: int = 100  # those of nights neither count nor are refused
    most_backfilled: int = 1000


NO_ITEMS = "Brief has no items to process"
ERROR_LIMIT = 500
NOT_STORABLE = re.compile("[\0\ud800-\udfff]")  # half a character has no UTF-8, and PostgreSQL takes no NUL
# The milestones of a job's progress, in per cent: all is spoken, mastered, stored; published is 100.
SPEAKING_SHARE = 95
MASTERED_SHARE = 98
STORED_SHARE = 99


def backoff(charged: int, rules: QueueRules, jitter: random.Random) -> timedelta:
    """Return how long to wait after the `charged`-th failed attempt: min(15 s · 2ⁿ, 15 min) ± 20 %."""
    doubled: timedelta = rules.backoff_first * 2 ** (charged - 1)
    wait = min(doubled, rules.backoff_longest)
    return wait * jitter.uniform(0.8, 1.2)


def speaking_progress(done: int, total: int) -> int:
    """Return the per cent of the whole job that `done` of `total` utterances stand for."""
    return min(SPEAKING_SHARE, SPEAKING_SHARE * done // total) if total else SPEAKING_SHARE


def storable(message: str) -> str:
    """Return a message with U+FFFD for what no database can hold: an error may quote whatever bytes it met."""
    return NOT_STORABLE.sub("\ufffd", message)


def short_error(message: str) -> str:
    """Cut a message for a row to 500 characters, storable ones; the full text goes to the log and the event."""
    message = storable(message)
    return message if len(message) <= ERROR_LIMIT else message[: ERROR_LIMIT - 1] + "…"


def is_within_failed_share(failed: int, total: int, limit: float) -> bool:
    """Say whether a rendition with `failed` of `total` items may be published under a show's limit."""
    return failed <= limit * total + 1e-9
