"""The actions on jobs: generate, cancel, retry. Each redirects at once to the page it came from."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from admin.jobs.job_words import asked_by
from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import ConflictError, QueueFullError, StillCancellingError
from brief_audio.domain.work import WorkStatus
from brief_audio.http.back_link import local_path
from brief_audio.http.request_context import container
from brief_audio.http.sentences import sentence
from brief_audio.http.statuses import FULL_SECONDS
from brief_audio.http.wording import ago
from brief_audio.services.making import request_audio
from brief_audio.services.making.request_audio import AudioRequest

blueprint = Blueprint("generating", __name__, url_prefix="/admin")

FULL = "The queue is full, so no job was created. Try again in about a minute."
STOPPING = "The previous job is still stopping, so no new one was created. Try again in a few seconds."


@blueprint.post("/briefs/<slug>/generate")
@needs(Role.EDITOR)
def generate(slug: str) -> ResponseReturnValue:
    """Request the audio of a brief; with `force` every item is re-recorded."""
    form = Form("force", "back")
    force = form.flag("force")
    back = local_path(form.values["back"], url_for("today.page"))
    form.refuse_if_wrong()
    parts = container()
    try:
        asked = request_audio.generate(
            parts.db, slug, parts.speech, rules=parts.rules, force=force, by=signed_in_user(), store=parts.store
        )
    except QueueFullError:
        raise TooManyRequests(FULL, retry_after=FULL_SECONDS) from None
    except StillCancellingError:
        return _redirect(back, "late", STOPPING)
    except ConflictError as error:
        return _redirect(back, "late", sentence(error))
    return _redirect(back, *_outcome(asked))


@blueprint.post("/jobs/<int:job_id>/cancel")
@needs(Role.EDITOR)
def cancel(job_id: int) -> ResponseReturnValue:
    """Cancel a queued job, or ask the worker to stop a running one."""
    form = Form("back")
    back = local_path(form.values["back"], url_for("jobs.show", job_id=job_id))
    form.refuse_if_wrong()
    try:
        with container().db.transaction() as session:
            status = request_audio.cancel(session, job_id, by=signed_in_user())
    except ConflictError as error:
        return _redirect(back, "late", sentence(error))
    if status == WorkStatus.CANCELLED:
        return _redirect(back, "cancelled", f"Job {job_id} cancelled. Nothing changes for listeners.")
    return _redirect(
        back, "cancelled", f"Job {job_id} is stopping, which takes a few seconds. Finished items are kept."
    )


@blueprint.post("/jobs/<int:job_id>/retry")
@needs(Role.EDITOR)
def retry(job_id: int) -> ResponseReturnValue:
    """Create a new job in place of one that failed or was cancelled, and go to it."""
    form = Form("back")
    back = local_path(form.values["back"], url_for("jobs.show", job_id=job_id))
    form.refuse_if_wrong()
    try:
        with container().db.transaction() as session:
            made = request_audio.retry(session, job_id, rules=container().rules, by=signed_in_user())
    except QueueFullError:
        raise TooManyRequests(FULL, retry_after=FULL_SECONDS) from None
    except StillCancellingError:
        return _redirect(back, "late", STOPPING)
    except ConflictError as error:
        return _redirect(back, "late", sentence(error))
    message = f"Job {made.job_id} is queued." if made.is_new else f"Job {made.job_id} is already generating this brief."
    there = url_for("jobs.show", job_id=made.job_id) if not form.values["back"] else back
    return _redirect(there, "new", message)


def _outcome(asked: AudioRequest) -> tuple[str, str]:
    """Return the state and the message after a request."""
    if asked.joined is not None:
        return "late", _joined(asked)
    if asked.up_to_date is not None:
        return "completed", f"Version {asked.up_to_date} is up to date. No new one is needed."
    return "new", f"Job {asked.made} is queued."


def _joined(asked: AudioRequest) -> str:
    job = asked.joined
    assert job is not None
    doing = "Already generating" if job.status == WorkStatus.PROCESSING else "Already queued"
    message = f"{doing}: job {job.job_id}, started {ago(job.since, utc_now())} by {asked_by(job.requested_by)}."
    if asked.is_outdated:
        message += " It uses the text from before the last edit: generate audio again when it ends."
    return message


def _redirect(back: str, state: str, message: str) -> ResponseReturnValue:
    flash(message, state)
    return redirect(back, code=303)
