"""The heading of a job's page: one sentence that says how the job went or how far it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from admin.jobs import job_words
from brief_audio.domain.work import WorkStatus
from brief_audio.http.wording import MINUTE, NO_BREAK_SPACE, length
from brief_audio.services.making.job_page import JobPage, Progress


@dataclass(frozen=True, slots=True)
class JobSentence:
    """A sentence and the state whose icon precedes it."""

    state: str
    sentence: str


def of_job(story: JobPage, now: datetime) -> JobSentence:
    """Return a job's outcome, or how far it has got."""
    took = _took(story)
    match story.job.status:
        case WorkStatus.QUEUED:
            return _queued(story, now)
        case WorkStatus.PROCESSING:
            return JobSentence("processing", doing(story.progress))
        case WorkStatus.FAILED:
            return JobSentence("failed", f"Failed after {took}" if took else "Failed")
        case WorkStatus.CANCELLED:
            return JobSentence("cancelled", f"Cancelled after {took}" if took else "Cancelled before it started")
    return _completed(story, took)


def _completed(story: JobPage, took: str) -> JobSentence:
    job = story.job
    if story.is_held:
        return JobSentence("held", f"Held: {job.held_reason}")
    if job.failed_items:
        return JobSentence("errors", f"Completed with {job_words.count(job.failed_items, 'failed item')} in {took}")
    return JobSentence("completed", f"Completed in {took}")


def doing(progress: Progress) -> str:
    """Return what the worker is doing and about how long is left."""
    job = progress.job
    if job.is_cancelling:
        return "Stopping within seconds"
    if progress.is_narrated:
        return "Mastering and storing"
    if progress.speaking is None:
        return f"Starting: {job_words.count(job.total_items, 'item')}"
    left = f", {about(progress.left)} left" if progress.left is not None else ""
    return f"Speaking item {progress.speaking.position} of {job.total_items}{left}"


def about(left: timedelta) -> str:
    """Return an estimated duration marked as such: `about 2 min`, `about 20 s`."""
    seconds = max(1, round(left.total_seconds()))
    if seconds < MINUTE:
        return f"about {max(5, 5 * round(seconds / 5))}{NO_BREAK_SPACE}s"
    return f"about {length(round(seconds / MINUTE) * MINUTE * 1000)}"


def _queued(story: JobPage, now: datetime) -> JobSentence:
    job = story.job
    waits = job.run_after - now
    if job.attempt and waits > timedelta(0):
        return JobSentence("queued", f"Retrying in {length(round(waits.total_seconds()) * 1000)}")
    since = now - (story.steps[-1].at if story.steps else job.created_at)
    waited = length(max(0, round(since.total_seconds())) * 1000)
    return JobSentence("queued", f"Queued for {waited}; starts when a worker is free")


def _took(story: JobPage) -> str:
    job = story.job
    if job.claimed_at is None or job.finished_at is None:
        return ""
    return job_words.seconds(max(0, round((job.finished_at - job.claimed_at).total_seconds() * 1000)))
