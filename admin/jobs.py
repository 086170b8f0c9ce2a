"""The list of jobs: what is asked for stands in the address, and the newest page keeps itself up to date."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from admin import job_words
from admin.signed_in import needs
from brief_audio.db.job_pages import ASKERS, MOST_COUNTED, STATES
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.domain.work import WorkStatus
from brief_audio.http import container
from brief_audio.services import job_lists
from brief_audio.services.job_lists import JobLine, JobListing, Wanted
from brief_audio.statuses import MALFORMED
from brief_audio.wording import local

blueprint = Blueprint("jobs", __name__, url_prefix="/admin")

ASKER_WORDS = {"schedule": "The schedule", "hand": "By hand", "backfill": "A backfill"}
LONGEST_NUMBER = 18  # digits that a row's number can have
FILTERS = ("state", "show", "by", "from", "to")


@blueprint.get("/jobs/")
@needs(Role.VIEWER)
def listing() -> ResponseReturnValue:
    """List jobs, newest first: `?state=failed&show=…&by=schedule&from=2026-03-01&to=2026-03-20&before=4116`."""
    return render_template("admin/jobs/listing.html", **_page())


@blueprint.get("/jobs/rows")
@needs(Role.VIEWER)
def rows() -> ResponseReturnValue:
    """Render only the rows, for the page that keeps itself up to date."""
    return render_template("admin/jobs/rows.html", **_page())


def _page() -> dict[str, Any]:
    wanted = _wanted()
    before, after = _number("before"), _number("after")
    with container().db.transaction() as session:
        if wanted.show is not None and not job_lists.is_show(session, wanted.show):
            abort(404)
        found = job_lists.listing(session, wanted, before=before, after=after)
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


def _wanted() -> Wanted:
    """Return what the address asks for; an empty field asks for nothing."""
    given = {name: request.args.get(name, "").strip() or None for name in FILTERS}
    if given["state"] not in {None, *STATES} or given["by"] not in {None, *ASKERS}:
        abort(MALFORMED, "This list knows no such filter. Choose one of those that the page offers.")
    return Wanted(given["state"], given["show"], given["by"], _day(given["from"]), _day(given["to"]))


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        if given.isascii() and len(given) == len("2026-03-20"):
            return date.fromisoformat(given)
    except ValueError:
        pass
    return abort(MALFORMED, "A date is written like 2026-03-20. Correct it in the address, or choose it on the page.")


def _number(name: str) -> int | None:
    given = request.args.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER):
        abort(MALFORMED, "The number of a job is written in digits 0 to 9.")
    return int(given)


def _chips(found: JobListing) -> list[tuple[str, str, str | None]]:
    """Return each state that can be asked for, with its word and how many jobs there are of it."""
    of = found.counts
    words = {"": "All"} | job_words.STATES
    return [(state, word, _capped(of[state]) if of is not None else None) for state, word in words.items()]


def _capped(number: int) -> str:
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"


def _state_of(line: JobLine) -> tuple[str, str]:
    """Return the shape and the words of a job's state."""
    job = line.job
    shape = job_words.shape(job.status, is_held=job.held_reason is not None, failed_items=job.failed_items)
    match shape:
        case WorkStatus.PROCESSING:
            return shape, _doing(line)
        case WorkStatus.QUEUED:
            return shape, "To be tried again" if job.attempt else "Queued"
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
    return "Mastering" if is_done else "Processing"


def _took(line: JobLine) -> str:
    """Return how long the worker had it, or has it by now."""
    job = line.job
    if job.claimed_at is None or job.status == WorkStatus.QUEUED:
        return ""
    until = job.finished_at or utc_now()
    return job_words.seconds(max(0, round((until - job.claimed_at).total_seconds() * 1000)))


def _started(line: JobLine) -> str:
    """Return when it was taken, or asked for, in the show's zone: the hour today, the day as well before."""
    at, now = local(line.job.claimed_at or line.job.created_at, line.job.time_zone), utc_now()
    is_today = at.date() == local(now, line.job.time_zone).date()
    if is_today:
        return f"{at:%H:%M}"
    return f"{at.day} {at:%b} {at:%H:%M}" if at.year == now.year else f"{at.day} {at:%b} {at.year}"
