"""The words for jobs, their items and their events, the same on every page."""

from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.work import WorkStatus
from brief_audio.wording import HOUR, MINUTE, NO_BREAK_SPACE

STATES = {  # of a list's filter: state, its word
    "processing": "Processing",
    "queued": "Queued",
    "completed": "Completed",
    "errors": "With failed items",
    "failed": "Failed",
    "cancelled": "Cancelled",
}
ITEM_WORDS = {
    NarrationState.PENDING: "Waiting",
    NarrationState.SPEAKING: "Speaking",
    NarrationState.SPOKEN: "Spoken",
    NarrationState.REUSED: "Reused",
    NarrationState.FAILED: "Failed",
}
EVENT_WORDS = {
    "job.queued": "Queued by {actor}",
    "job.claimed": "Claimed by {actor}",
    "job.mastering": "Mastering began",
    "job.storing": "Storing began",
    "job.completed": "Completed",
    "job.failed": "Failed",
    "job.requeued": "Failed, to be tried again",
    "job.released": "Released by {actor}",
    "job.rescued": "Taken from a worker that fell silent",
    "job.cancel_requested": "Cancelling, asked by {actor}",
    "job.cancelled": "Cancelled by {actor}",
    "job.retried": "Retried by {actor}",
    "job.renewed": "Given the text of now by {actor}",
    "job.moved_up": "Moved up by {actor}",
    "item.failed": "Item failed",
    "night.came": "The night came",
    "edition.late": "Not out in time",
    "rendition.published": "Published",
    "rendition.held": "Held",
}


def asked_by(requested_by: str) -> str:
    """Return who asked for a job: a person, or which part of the product."""
    return "the schedule" if requested_by.startswith("schedule ") else requested_by


def asked_by_shortly(requested_by: str) -> str:
    """Return the same for a narrow column: of an e-mail address what stands before the @."""
    return asked_by(requested_by).partition("@")[0]


def event_words(kind: str, actor: str) -> str:
    """Return what happened, in words; a kind that is not known yet shows itself."""
    return EVENT_WORDS.get(kind, kind).format(actor=asked_by(actor))


def count(number: int, thing: str) -> str:
    """Return a counted thing: `1 item`, `9 items`."""
    return f"{number}{NO_BREAK_SPACE}{thing}" if number == 1 else f"{number:,}{NO_BREAK_SPACE}{thing}s"


def shape(status: str, *, is_held: bool, failed_items: int) -> str:
    """Return the state whose shape stands for a job."""
    if status == WorkStatus.COMPLETED and is_held:
        return "held"
    if status == WorkStatus.COMPLETED and failed_items:
        return "errors"
    return status


def seconds(milliseconds: int) -> str:
    """Return how long something took: tenths below a minute, for work is often that short."""
    whole = milliseconds // 1000
    if whole < MINUTE:
        return f"{milliseconds / 1000:.1f}{NO_BREAK_SPACE}s"
    if whole < HOUR:
        return f"{whole // MINUTE}{NO_BREAK_SPACE}min {whole % MINUTE:02}{NO_BREAK_SPACE}s"
    return f"{whole // HOUR}{NO_BREAK_SPACE}h {whole % HOUR // MINUTE:02}{NO_BREAK_SPACE}min"
