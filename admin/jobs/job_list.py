"""The list of jobs: its filters are in the address, and its newest page refreshes itself."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from admin.jobs import job_words
from admin.shared.current_user import needs
from brief_audio.db.making.job_list import ASKERS, MOST_COUNTED, STATES
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.domain.time_zones import local
from brief_audio.domain.work import WorkStatus
from brief_audio.http.request_context import container
from brief_audio.http.statuses import MALFORMED
from brief_audio.services.making import job_list
from brief_audio.services.making.job_list import JobLine, JobListFilter, JobListing

blueprint = Blueprint("jobs", __name__, url_prefix="/admin")

ASKER_WORDS = {"schedule": "A schedule", "hand": "A person", "backfill": "A backfill"}
LONGEST_NUMBER = 18  # digits in a row ID
FILTERS = ("state", "show", "by", "from", "to")


@blueprint.get("/jobs/")
@needs(Role.VIEWER)
def listing() -> ResponseReturnValue:
    """List jobs, newest first: `?state=failed&show=…&by=schedule&from=2026-03-01&to=2026-03-20&before=4116`."""
    return render_template("admin/jobs/list.html", **_page())


@blueprint.get("/jobs/rows")
@needs(Role.VIEWER)
def rows() -> ResponseReturnValue:
    """Render only the rows, for the page that refreshes itself."""
    return render_template("admin/jobs/rows.html", **_page())


def _page() -> dict[str, Any]:
    wanted = _wanted()
    before, after = _number("before"), _number("after")
    with container().db.transaction() as session:
        if wanted.show is not None and not job_list.is_show(session, wanted.show):
            abort(404)
        found = job_list.listing(session, wanted, before=before, after=after)
    asked = {name: request.args.get(name) or None for name in FILTERS}
    return {
        "listing": found,
        "asked": asked,
        "is_newest": before is None and after is None,
        "askers": ASKER_WORDS,
        "chips": _chips(found),
        "lines": [(line, *_state_of(line)) for line in found.lines],
        "took": _took,
        "started": _started,
        "words": job_words,
    }


def _wanted() -> JobListFilter:
    """Return the filters in the address; an empty one counts as absent."""
    given = {name: request.args.get(name, "").strip() or None for name in FILTERS}
    if given["state"] not in {None, *STATES} or given["by"] not in {None, *ASKERS}:
        abort(MALFORMED, "A filter in this address is not valid. Choose a filter on the page.")
    return JobListFilter(given["state"], given["show"], given["by"], _day(given["from"]), _day(given["to"]))


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        if given.isascii() and len(given) == len("2026-03-20"):
            return date.fromisoformat(given)
    except ValueError:
        pass
    return abort(MALFORMED, "A date in this address is not valid. Write it like 2026-03-20, or choose it on the page.")


def _number(name: str) -> int | None:
    given = request.args.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER):
        abort(MALFORMED, "The job number in this address is not valid. Use digits 0 to 9 only.")
    return int(given)


def _chips(found: JobListing) -> list[tuple[str, str, str | None]]:
    """Return each state that can be filtered by, with its label and number of jobs."""
    of = found.counts
    words = {"": "All"} | job_words.STATES
    return [(state, word, _capped(of[state]) if of is not None else None) for state, word in words.items()]


def _capped(number: int) -> str:
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"


def _state_of(line: JobLine) -> tuple[str, str]:
    """Return the icon and label of a job's state."""
    job = line.job
    shape = job_words.shape(job.status, is_held=job.held_reason is not None, failed_items=job.failed_items)
    match shape:
        case WorkStatus.PROCESSING:
            return shape, _doing(line)
        case WorkStatus.QUEUED:
            return shape, "Retrying later" if job.attempt else "Queued"
        case "held":
            return shape, "Completed, held"
        case "errors":
            return shape, f"With {job_words.count(job.failed_items, 'failed item')}"
    return shape, job_words.STATES[shape]


def _doing(line: JobLine) -> str:
    if line.job.is_cancelling:
        return "Stopping"
    if line.speaking is not None:
        return f"Speaking {line.speaking} of {line.job.total_items}"
    is_done = line.job.completed_items + line.job.failed_items >= line.job.total_items
    return "Mastering" if is_done else "Running"


def _took(line: JobLine) -> str:
    """Return how long the worker took, or has taken so far."""
    job = line.job
    if job.claimed_at is None or job.status == WorkStatus.QUEUED:
        return ""
    until = job.finished_at or utc_now()
    return job_words.seconds(max(0, round((until - job.claimed_at).total_seconds() * 1000)))


def _started(line: JobLine) -> str:
    """Return when the job was claimed or requested, in the show's zone: the time if today, else with the date."""
    at, now = local(line.job.claimed_at or line.job.created_at, line.job.time_zone), utc_now()
    is_today = at.date() == local(now, line.job.time_zone).date()
    if is_today:
        return f"{at:%H:%M}"
    return f"{at.day} {at:%b} {at:%H:%M}" if at.year == now.year else f"{at.day} {at:%b} {at.year}"
