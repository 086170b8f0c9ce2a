"""The states of jobs, items, renditions and previews, and the arithmetic of progress and retries."""

from dataclasses import dataclass
from enum import StrEnum

from brief_audio.domain.work import WorkRules

NIGHT_PRIORITY = 50  # lower numbers go first: scheduled runs before manual requests
PREVIEW_PRIORITY = 75  # an editor is waiting, but scheduled runs go first
MANUAL_PRIORITY = 100
BACKFILL_PRIORITY = 500


class NarrationState(StrEnum):
    """One item's part in a job."""

    PENDING = "pending"
    SPEAKING = "speaking"
    SPOKEN = "spoken"
    REUSED = "reused"
    FAILED = "failed"


class RenditionState(StrEnum):
    """A rendition starts as `stored`; at most one per brief is `published`."""

    STORED = "stored"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class BriefState(StrEnum):
    """Scheduled runs take only `ready` briefs."""

    DRAFT = "draft"
    READY = "ready"


class BriefKind(StrEnum):
    """A `daily` brief has a local date, unique in its show; other kinds have none."""

    DAILY = "daily"
    TEXT = "text"
    STORY = "story"


@dataclass(frozen=True, slots=True)
class QueueRules(WorkRules):
    """The limits for narration work, and for the number of waiting jobs."""

    most_queued: int = 100  # scheduled runs are neither counted nor refused
    most_backfilled: int = 1000


UTTERANCE_TRIES = 3  # per attempt
NO_ITEMS = "Brief has no items to process"
# The milestones of a job's progress, in per cent: all is spoken, mastered, stored; published is 100.
SPEAKING_SHARE = 95


MASTERED_SHARE = 98
STORED_SHARE = 99


def speaking_progress(done: int, total: int) -> int:
    """Return the percentage of the whole job that `done` of `total` utterances represent."""
    return min(SPEAKING_SHARE, SPEAKING_SHARE * done // total) if total else SPEAKING_SHARE


def is_within_failed_share(failed: int, total: int, limit: float) -> bool:
    """Return whether a rendition with `failed` of `total` items may be published under a show's limit."""
    return failed <= limit * total + 1e-9
