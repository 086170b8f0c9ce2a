"""The states of items, briefs and renditions, the order of jobs, and the arithmetic of progress."""

from dataclasses import dataclass
from enum import StrEnum

from brief_audio.domain.work import WorkRules

NIGHT_PRIORITY = 50  # smaller goes first: this morning's edition before what is asked for by hand
PREVIEW_PRIORITY = 75  # an editor waits for it, and no night waits for an editor
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
class QueueRules(WorkRules):
    """The limits of the work that narrates, and of how many jobs may wait."""

    most_queued: int = 100  # those of nights neither count nor are refused
    most_backfilled: int = 1000


UTTERANCE_TRIES = 3  # in one attempt
NO_ITEMS = "Brief has no items to process"
# The milestones of a job's progress, in per cent: all is spoken, mastered, stored; published is 100.
SPEAKING_SHARE = 95
MASTERED_SHARE = 98
STORED_SHARE = 99


def speaking_progress(done: int, total: int) -> int:
    """Return the per cent of the whole job that `done` of `total` utterances stand for."""
    return min(SPEAKING_SHARE, SPEAKING_SHARE * done // total) if total else SPEAKING_SHARE


def is_within_failed_share(failed: int, total: int, limit: float) -> bool:
    """Say whether a rendition with `failed` of `total` items may be published under a show's limit."""
    return failed <= limit * total + 1e-9
