"""Labels for jobs, items and events, shared by every page."""

from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.work import WorkStatus
from brief_audio.http.wording import HOUR, MINUTE, NO_BREAK_SPACE

STATES = {  # options of the list's filter, with their labels
    "processing": "Running",
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
    "job.mastering": "Mastering started",
    "job.storing": "Storing started",
    "job.completed": "Completed",
    "job.failed": "Failed",
    "job.requeued": "Failed, retrying later",
    "job.released": "Released by {actor}",
    "job.rescued": "Recovered from a worker that stopped reporting",
    "job.cancel_requested": "Cancellation requested by {actor}",
    "job.cancelled": "Cancelled by {actor}",
    "job.retried": "Retried by {actor}",
    "job.renewed": "Updated to the current text by {actor}",
    "job.moved_up": "Moved up by {actor}",
    "item.failed": "Item failed",
    "night.came": "Scheduled run due",
    "edition.late": "Edition late",
    "rendition.published": "Published",
    "rendition.held": "Held",
}


def asked_by(requested_by: str) -> str:
    """Return who requested a job: a person or a part of the product."""
    return "the schedule" if requested_by.startswith("schedule ") else requested_by


def asked_by_shortly(requested_by: str) -> str:
    """Return the same for a narrow column: only the part of an e-mail address before the @."""
    return asked_by(requested_by).partition("@")[0]


def event_words(kind: str, actor: str) -> str:
    """Return an event's label, or its kind if there is no label for it."""
    return EVENT_WORDS.get(kind, kind).format(actor=asked_by(actor))


def count(number: int, thing: str) -> str:
    """Return a number with its noun: `1 item`, `9 items`."""
    return f"{number}{NO_BREAK_SPACE}{thing}" if number == 1 else f"{number:,}{NO_BREAK_SPACE}{thing}s"


def shape(status: str, *, is_held: bool, failed_items: int) -> str:
    """Return the state whose icon represents a job."""
    if status == WorkStatus.COMPLETED and is_held:
        return "held"
    if status == WorkStatus.COMPLETED and failed_items:
        return "errors"
    return status


def seconds(milliseconds: int) -> str:
    """Return a duration, with tenths of a second below a minute because jobs are often that short."""
    whole = milliseconds // 1000
    if whole < MINUTE:
        return f"{milliseconds / 1000:.1f}{NO_BREAK_SPACE}s"
    if whole < HOUR:
        return f"{whole // MINUTE}{NO_BREAK_SPACE}min {whole % MINUTE:02}{NO_BREAK_SPACE}s"
    return f"{whole // HOUR}{NO_BREAK_SPACE}h {whole % HOUR // MINUTE:02}{NO_BREAK_SPACE}min"
