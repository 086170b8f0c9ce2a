"""One turn of a worker: claim a job, see it through, end it one way or another."""

import logging
from threading import Event

from brief_audio.bootstrap import Container
from brief_audio.db import jobs
from brief_audio.db.jobs import Claim
from brief_audio.domain.errors import BriefAudioError, JobCancelledError, LeaseLostError, StoppingError
from brief_audio.services.attempt import Attempt
from brief_audio.services.error_log import met, record
from brief_audio.services.generation import generate
from scheduler.guard import guarded
from scheduler.heartbeat import Heart
from scheduler.identity import worker_name

logger = logging.getLogger(__name__)
PLACE = "attempt at a job"


def run_one(container: Container, stop: Event, *, job_id: int | None = None) -> bool:
    """Claim and see through one job that is due (or only `job_id`); return False where there was none.

    Raise `TryAgainError` where the database does not answer: the lease then brings the job back.
    """
    claim = claimed(container, job_id=job_id)
    if claim is not None:
        with Heart() as heart:
            see_through(container, claim, stop, heart)
    return claim is not None


def claimed(container: Container, *, job_id: int | None = None, before_priority: int | None = None) -> Claim | None:
    """Return the next job, claimed; raise `TryAgainError` where the database does not answer."""
    rules = container.rules
    return jobs.claim_next(container.db, worker_name(), rules, job_id=job_id, before_priority=before_priority)


def see_through(container: Container, claim: Claim, stop: Event, heart: Heart) -> None:
    """Do a claimed job's work and write how it ended; raise `TryAgainError` or `LeaseLostError` where that fails."""
    logger.info("job %s: attempt %s", claim.job_id, claim.attempt)
    with guarded(f"job {claim.job_id}") as surprise:
        _work(container, claim, stop, heart)
    if surprise.error is not None:  # whatever it is, the job must say so
        _fail(container, claim, f"{type(surprise.error).__name__}: {surprise.error}", permanent=False)
        record(container.db, met(surprise.error, PLACE, job_id=claim.job_id))


def _work(container: Container, claim: Claim, stop: Event, heart: Heart) -> None:
    attempt = Attempt(container.db, claim, container.rules, stop)
    try:
        with heart.beating(attempt):
            published = generate(container.studio, attempt)
    except LeaseLostError as error:
        logger.warning("%s; nothing was published", error)
    except StoppingError:
        give_back(container, claim)
    except JobCancelledError:
        _end_cancelled(container, claim)
    except BriefAudioError as error:
        _fail_or_give_back(container, claim, error, stop)
    else:
        logger.info("job %s: rendition %s %s", claim.job_id, published.number, published.held_reason or "published")


def _fail_or_give_back(container: Container, claim: Claim, error: BriefAudioError, stop: Event) -> None:
    """End the attempt with `error`; one that comes while we stop may only tell of our stopping, and is not charged."""
    if stop.is_set():
        logger.info("job %s: while stopping: %s", claim.job_id, error)
        give_back(container, claim)
    else:
        _fail(container, claim, str(error), permanent=error.permanent)
        record(container.db, met(error, PLACE, job_id=claim.job_id))


def give_back(container: Container, claim: Claim) -> None:
    """Give a job back, unfinished and uncharged; raise `TryAgainError` or `LeaseLostError` where that fails."""
    with container.db.transaction() as session:
        status = jobs.release(session, claim)
    logger.info("job %s: given back, %s", claim.job_id, status)


def _end_cancelled(container: Container, claim: Claim) -> None:
    with container.db.transaction() as session:
        jobs.end_cancelled(session, claim)
    logger.info("job %s: cancelled", claim.job_id)


def _fail(container: Container, claim: Claim, error: str, *, permanent: bool) -> None:
    with container.db.transaction() as session:
        status = jobs.fail(session, claim, error, permanent=permanent, rules=container.rules)
    logger.warning("job %s: %s: %s", claim.job_id, status, error)
