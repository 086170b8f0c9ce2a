"""The wording of the pages about previews and re-recording."""

from dataclasses import dataclass

from admin.jobs.job_words import asked_by
from brief_audio.domain.clock import utc_now
from brief_audio.domain.work import WorkStatus
from brief_audio.http.wording import ago, length
from brief_audio.services.making.request_audio import AudioRequest, CurrentJob
from brief_audio.services.making.request_preview import MOST_COUNTED, PreviewReport

FULL = "The queue is full, so no job was created. The item will be re-recorded when you next generate audio."
STOPPING = (
    "The previous job is still stopping, so no new one was created. Generate audio in a moment to re-record the item."
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The top of a page: the state, one sentence that says it, and `more`, which explains it."""

    state: str
    sentence: str
    more: str = ""


def heading(preview: PreviewReport) -> Heading:
    """Return the heading for the state of a preview."""
    match preview.status:
        case WorkStatus.COMPLETED:
            return Heading("completed", f"Preview ready, {length(preview.duration_ms or 0)}")
        case WorkStatus.FAILED:
            return Heading("failed", "Preview failed", preview.error or "")
        case WorkStatus.PROCESSING:
            return Heading(
                "processing", "Creating the preview", "This takes a few seconds. A run in progress goes first."
            )
        case WorkStatus.CANCELLED:
            return Heading("cancelled", "Preview cancelled")
        case WorkStatus.QUEUED:
            return _waiting(preview)


def regenerated(asked: AudioRequest, position: int) -> tuple[str, str]:
    """Return the state and the message after a request to re-record an item."""
    if asked.joined is not None:
        return "late", _joined(asked.joined, position, is_outdated=asked.is_outdated)
    if asked.up_to_date is not None:
        return "completed", f"Version {asked.up_to_date} already has the newest take of item {position}."
    return "new", f"Job {asked.made} is queued to re-record item {position}. Unchanged items are reused."


def _waiting(preview: PreviewReport) -> Heading:
    if preview.error:
        return Heading("late", "Retrying in a moment", preview.error)
    if not preview.is_worker_there:
        return Heading("late", "No worker is running", "The preview is created as soon as a worker starts.")
    if preview.before:
        many = f"{MOST_COUNTED} or more" if preview.before >= MOST_COUNTED else f"{preview.before}"
        ahead = "one other preview is" if preview.before == 1 else f"{many} other previews are"
        return Heading("queued", f"Queued: {ahead} ahead")
    return Heading("queued", "Queued: a worker starts it in a moment")


def _joined(job: CurrentJob, position: int, *, is_outdated: bool) -> str:
    state = "running" if job.status == WorkStatus.PROCESSING else "queued"
    message = (
        f"Job {job.job_id} is already {state}, started {ago(job.since, utc_now())} by {asked_by(job.requested_by)}."
    )
    if is_outdated:
        return f"{message} It uses the previous take: generate audio again when it ends to re-record item {position}."
    return f"{message} It re-records item {position}."
