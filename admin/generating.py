"""The actions on jobs: generate, cancel, retry. Each comes back at once to where its form stood."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from admin.back import own_path
from admin.forms import Form
from admin.job_words import asked_by
from admin.sentences import sentence
from admin.signed_in import needs, who
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import ConflictError, QueueFullError, StillCancellingError
from brief_audio.domain.work import WorkStatus
from brief_audio.http import container
from brief_audio.services import asking
from brief_audio.services.asking import Asked
from brief_audio.statuses import FULL_SECONDS
from brief_audio.wording import ago

blueprint = Blueprint("generating", __name__, url_prefix="/admin")

FULL = "So many jobs are waiting that no more are taken. Nothing was made: ask again in about a minute."
STOPPING = "The job before is still being stopped. Nothing was made: ask again in a few seconds."


@blueprint.post("/briefs/<slug>/generate")
@needs(Role.EDITOR)
def generate(slug: str) -> ResponseReturnValue:
    """Ask for the audio of a brief; with `force` every item is spoken again."""
    form = Form("force", "back")
    force = form.flag("force")
    back = own_path(form.values["back"], url_for("today.page"))
    form.refuse_if_wrong()
    parts = container()
    try:
        asked = asking.generate(
            parts.db, slug, parts.speech, rules=parts.rules, force=force, by=who(), store=parts.store
        )
    except QueueFullError:
        raise TooManyRequests(FULL, retry_after=FULL_SECONDS) from None
    except StillCancellingError:
        return _told(back, "late", STOPPING)
    except ConflictError as error:
        return _told(back, "late", sentence(error))
    return _told(back, *_outcome(asked))


@blueprint.post("/jobs/<int:job_id>/cancel")
@needs(Role.EDITOR)
def cancel(job_id: int) -> ResponseReturnValue:
    """Cancel a job that waits, or ask the worker that has it to stop."""
    form = Form("back")
    back = own_path(form.values["back"], url_for("jobs.show", job_id=job_id))
    form.refuse_if_wrong()
    try:
        with container().db.transaction() as session:
            status = asking.cancel(session, job_id, by=who())
    except ConflictError as error:
        return _told(back, "late", sentence(error))
    if status == WorkStatus.CANCELLED:
        return _told(back, "cancelled", f"Job {job_id} is cancelled. Listeners keep what they had.")
    return _told(back, "cancelled", f"Job {job_id} is being stopped, within seconds. Finished items are kept.")


@blueprint.post("/jobs/<int:job_id>/retry")
@needs(Role.EDITOR)
def retry(job_id: int) -> ResponseReturnValue:
    """Make a new job in the place of one that failed or was cancelled; go to it."""
    form = Form("back")
    back = own_path(form.values["back"], url_for("jobs.show", job_id=job_id))
    form.refuse_if_wrong()
    try:
        with container().db.transaction() as session:
            made = asking.retry(session, job_id, rules=container().rules, by=who())
    except QueueFullError:
        raise TooManyRequests(FULL, retry_after=FULL_SECONDS) from None
    except StillCancellingError:
        return _told(back, "late", STOPPING)
    except ConflictError as error:
        return _told(back, "late", sentence(error))
    said = f"Job {made.job_id} is queued." if made.is_new else f"Job {made.job_id} narrates this brief already."
    there = url_for("jobs.show", job_id=made.job_id) if not form.values["back"] else back
    return _told(there, "new", said)


def _outcome(asked: Asked) -> tuple[str, str]:
    """Return the state and the sentence for what a request came to."""
    if asked.joined is not None:
        return "late", _joined(asked)
    if asked.up_to_date is not None:
        return "completed", f"Rendition {asked.up_to_date} is up to date: nothing to speak."
    return "new", f"Job {asked.made} is queued."


def _joined(asked: Asked) -> str:
    job = asked.joined
    assert job is not None
    doing = "Already generating" if job.status == WorkStatus.PROCESSING else "Already queued"
    said = f"{doing}: job {job.job_id}, started {ago(job.since, utc_now())} by {asked_by(job.requested_by)}."
    if asked.is_outdated:
        said += " It narrates the text from before the last edit: ask again when it has ended."
    return said


def _told(back: str, state: str, said: str) -> ResponseReturnValue:
    flash(said, state)
    return redirect(back, code=303)
