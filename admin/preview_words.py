"""What the pages about preview and regenerating say."""

from dataclasses import dataclass

from admin.job_words import asked_by
from brief_audio.domain.clock import utc_now
from brief_audio.domain.work import WorkStatus
from brief_audio.services.asking import Asked, LiveJob
from brief_audio.services.previews import MOST_COUNTED, PreviewReport
from brief_audio.wording import ago, length

FULL = "So many jobs are waiting that no more are taken. The item is spoken anew when you generate the brief."
STOPPING = "The job before is still being stopped. The item is spoken anew when you generate the brief in a moment."


@dataclass(frozen=True, slots=True)
class Heading:
    """The answer at the top of a page: the state, and one sentence that says it; `more` is what helps on."""

    state: str
    sentence: str
    more: str = ""


def heading(preview: PreviewReport) -> Heading:
    """Return what became of a preview."""
    match preview.status:
        case WorkStatus.COMPLETED:
            return Heading("completed", f"Ready to hear, {length(preview.duration_ms or 0)}")
        case WorkStatus.FAILED:
            return Heading("failed", "It could not be spoken", preview.error or "")
        case WorkStatus.PROCESSING:
            return Heading("processing", "It is being spoken", "This takes seconds; a night that runs goes first.")
        case WorkStatus.CANCELLED:
            return Heading("cancelled", "Preview cancelled")
        case WorkStatus.QUEUED:
            return _waiting(preview)


def regenerated(asked: Asked, position: int) -> tuple[str, str]:
    """Return the state and the sentence for what regenerating an item came to."""
    if asked.joined is not None:
        return "late", _joined(asked.joined, position, is_outdated=asked.is_outdated)
    if asked.up_to_date is not None:
        return "completed", f"Rendition {asked.up_to_date} has the newest take of item {position}."
    return "new", f"Item {position} is spoken anew in job {asked.made}. Items that did not change are reused."


def _waiting(preview: PreviewReport) -> Heading:
    if preview.error:
        return Heading("late", "It is tried again in a moment", preview.error)
    if not preview.is_worker_there:
        return Heading("late", "No worker is running", "It is spoken as soon as one is there.")
    if preview.before:
        many = f"{MOST_COUNTED} others or more" if preview.before >= MOST_COUNTED else f"{preview.before} others"
        return Heading("queued", f"{'One other is' if preview.before == 1 else f'{many} are'} heard first")
    return Heading("queued", "A worker takes it in a moment")


def _joined(job: LiveJob, position: int, *, is_outdated: bool) -> str:
    doing = "is at work" if job.status == WorkStatus.PROCESSING else "waits"
    said = f"Job {job.job_id} {doing} already, started {ago(job.since, utc_now())} by {asked_by(job.requested_by)}."
    if is_outdated:
        return f"{said} It has the take before: generate the brief when it has ended, and item {position} is new."
    return f"{said} It speaks item {position} anew."
