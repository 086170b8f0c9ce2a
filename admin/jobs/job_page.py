"""The page of one job: its outcome, how it went and what can be done about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from admin.jobs import job_sentences, job_words
from admin.jobs.job_list import blueprint as jobs_blueprint
from admin.shared.current_user import needs, signed_in_user
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.domain.jobs import QueueRules
from brief_audio.domain.work import WorkStatus
from brief_audio.http.request_context import container
from brief_audio.http.wording import size
from brief_audio.services.making import job_page
from brief_audio.services.making.job_page import JobPage
from brief_audio.services.making.job_timeline import JobPhase, TimelineStep

blueprint: Blueprint = jobs_blueprint
SCALE = 1000  # width of a bar's drawing, in SVG units
THINNEST = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A step as the timeline draws it; its bar starts at `x` and is `width` wide, both in units of `SCALE`."""

    step: TimelineStep
    state: str
    label: str
    note: str
    took: str
    x: int
    width: int


@blueprint.get("/jobs/<int:job_id>")
@needs(Role.VIEWER)
def show(job_id: int) -> ResponseReturnValue:
    """Show a job's page."""
    return render_template("admin/jobs/page.html", **_context(job_id))


@blueprint.get("/jobs/<int:job_id>/story")
@needs(Role.VIEWER)
def story(job_id: int) -> ResponseReturnValue:
    """Render only the part of a job's page that changes."""
    return render_template("admin/jobs/content.html", **_context(job_id))


@blueprint.get("/jobs/<int:job_id>/progress")
@needs(Role.VIEWER)
def progress(job_id: int) -> ResponseReturnValue:
    """Render only a job's progress, for any page that includes it."""
    with container().db.transaction() as session:
        found = job_page.progress(session, job_id, now=utc_now())
    return render_template("admin/jobs/progress.html", progress=found, polls=True, words=job_words)


def _context(job_id: int) -> dict[str, Any]:
    now = utc_now()
    with container().db.transaction() as session:
        found = job_page.story(session, job_id, now=now)
    return {
        "story": found,
        "job": found.job,
        "progress": found.progress,
        "polls": False,
        "said": job_sentences.of_job(found, now),
        "rows": _rows(found, now),
        "most_attempts": QueueRules().most_attempts,
        "may_act": signed_in_user().role.may(Role.EDITOR),
        "here": url_for("jobs.show", job_id=job_id),
        "words": job_words,
        "counted": counted,
        "speed": _speed(found),
    }


def _rows(found: JobPage, now: datetime) -> list[Row]:
    if not found.steps:
        return []
    begun = found.steps[0].at
    span = max(1.0, ((found.steps[-1].until or now) - begun).total_seconds())
    return [_row(found, step, (step.at - begun).total_seconds() / span, span, now) for step in found.steps]


def _row(found: JobPage, step: TimelineStep, share: float, span: float, now: datetime) -> Row:
    lasted = ((step.until or now) - step.at).total_seconds()
    width = min(SCALE, max(THINNEST, round(SCALE * lasted / span)))
    took = job_words.seconds(max(0, round(lasted * 1000))) if step.took_ms is not None or step.until is None else ""
    x = min(round(SCALE * share), SCALE - width)
    return Row(step, _state(found, step), _label(found, step), _note(found, step), took, x, width)


def _state(found: JobPage, step: TimelineStep) -> str:
    ends = {
        JobPhase.HELD: "held",
        JobPhase.FAILED: "failed",
        JobPhase.CANCELLED: "cancelled",
        JobPhase.PUBLISHED: "completed",
    }
    if step.part in ends:
        return ends[step.part]
    if step.until is None:
        return "queued" if step.part in {JobPhase.QUEUED, JobPhase.AGAIN} else "processing"
    if step.part is JobPhase.ITEMS:
        return _state_of_items(found, step)
    return "completed"


def _state_of_items(found: JobPage, step: TimelineStep) -> str:
    if _is_last(found, step):
        return "errors" if found.job.failed_items else _outcome(found, step)
    return _outcome(found, step)


def _outcome(found: JobPage, step: TimelineStep) -> str:
    state = next((one.state for one in found.attempts if one.number == step.attempt), "completed")
    return "completed" if state in {"held", "processing"} else state


def _is_last(found: JobPage, step: TimelineStep) -> bool:
    return step.attempt == found.job.attempt


def _label(found: JobPage, step: TimelineStep) -> str:
    shows_attempt = step.part is JobPhase.ITEMS and not _is_last(found, step)
    return f"Attempt {step.attempt}" if shows_attempt else step.part


def _note(found: JobPage, step: TimelineStep) -> str:
    if step.part is JobPhase.ITEMS:
        return counted(found) if _is_last(found, step) else step.actor
    notes = {
        JobPhase.QUEUED: f"by {job_words.asked_by(step.actor)}",
        JobPhase.MASTERING: "join, loudness, encode, verify",
        JobPhase.STORING: size(found.made.size_bytes) if found.made else "",
        JobPhase.PUBLISHED: f"version {found.made.number}" if found.made else "",
        JobPhase.CANCELLED: "",
    }
    return notes.get(step.part, step.message)


def counted(found: JobPage) -> str:
    """Return the number of items in each state, such as `7 spoken, 1 reused, 1 failed`."""
    counts = found.progress.counts
    found_counts = [(counts[state], word.lower()) for state, word in job_words.ITEM_WORDS.items() if counts[state]]
    return ", ".join(f"{number} {word}" for number, word in found_counts) or "none"


def _speed(found: JobPage) -> float | None:
    """Return how many times faster than real time the rendition was made, from claim to finish."""
    job, made = found.job, found.made
    if made is None or job.status != WorkStatus.COMPLETED or job.claimed_at is None or job.finished_at is None:
        return None
    seconds = (job.finished_at - job.claimed_at).total_seconds()
    return made.duration_ms / 1000 / seconds if seconds > 0 else None
