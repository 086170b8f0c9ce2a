"""One turn of a worker: claim a piece of work, carry it out, and record how it ended."""

import logging
from threading import Event

from brief_audio.bootstrap import Container
from brief_audio.db import work
from brief_audio.db.work import Claim
from brief_audio.domain.errors import BriefAudioError, LeaseLostError, StoppingError, WorkCancelledError
from brief_audio.logs import working_on
from brief_audio.services.operations.error_log import record
from brief_audio.services.work.attempt import Attempt
from brief_audio.services.work.kind import WorkKind
from scheduler.guard import guarded
from scheduler.heartbeat import Heart
from scheduler.presence import worker_name

logger = logging.getLogger(__name__)


def run_one(container: Container, stop: Event, kind: WorkKind | None = None, *, work_id: int | None = None) -> bool:
    """Claim and carry out one piece of due work, or only `work_id`; return False if there was none.

    The kind defaults to jobs. Raise `TryAgainError` if the database doesn't answer: the work returns when its lease
    expires.
    """
    kind = kind or container.editions
    claim = claimed(container, kind, work_id=work_id)
    if claim is not None:
        with Heart() as heart:
            carry_out(container, kind, claim, stop, heart)
    return claim is not None


def claimed(
    container: Container, kind: WorkKind, *, work_id: int | None = None, before_priority: int | None = None
) -> Claim | None:
    """Return the next work of a kind, claimed; raise `TryAgainError` if the database doesn't answer."""
    return work.claim_next(
        container.db, kind.table, worker_name(), kind.rules, work_id=work_id, before_priority=before_priority
    )


def carry_out(container: Container, kind: WorkKind, claim: Claim, stop: Event, heart: Heart) -> None:
    """Do claimed work and record how it ended; raise `TryAgainError` or `LeaseLostError` if recording fails."""
    with working_on(claim.context):
        logger.info("claimed")
        with guarded("attempt") as surprise:
            _do(container, kind, claim, stop, heart)
        if surprise.error is not None:  # record any error in the work's row
            _fail(container, kind, claim, f"{type(surprise.error).__name__}: {surprise.error}", permanent=False)
            _keep_error(container, kind, claim, surprise.error)


def give_back(container: Container, claim: Claim) -> None:
    """Give work back, unfinished and uncharged; raise `TryAgainError` or `LeaseLostError` if that fails."""
    with container.db.transaction() as session:
        status = work.release(session, claim)
    logger.info("given back, %s", status)


def _do(container: Container, kind: WorkKind, claim: Claim, stop: Event, heart: Heart) -> None:
    attempt = Attempt(container.db, claim, kind.rules, stop)
    try:
        with heart.beating(attempt):
            result = kind.do(container.studio, attempt)
    except LeaseLostError as error:
        logger.warning("%s; nothing was published", error)
    except StoppingError:
        give_back(container, claim)
    except WorkCancelledError:
        _end_cancelled(container, claim)
    except BriefAudioError as error:
        _fail_or_give_back(container, kind, claim, error, stop)
    else:
        logger.info("%s", result)


def _fail_or_give_back(container: Container, kind: WorkKind, claim: Claim, error: BriefAudioError, stop: Event) -> None:
    """End the attempt with `error`. While stopping, the error may only be a result of that, so charge nothing."""
    if stop.is_set():
        logger.info("while stopping: %s", error)
        give_back(container, claim)
    else:
        _fail(container, kind, claim, str(error), permanent=error.permanent)
        _keep_error(container, kind, claim, error)


def _end_cancelled(container: Container, claim: Claim) -> None:
    with container.db.transaction() as session:
        work.end_cancelled(session, claim)
    logger.info("cancelled")


def _fail(container: Container, kind: WorkKind, claim: Claim, error: str, *, permanent: bool) -> None:
    with container.db.transaction() as session:
        status = work.fail(session, claim, error, permanent=permanent, rules=kind.rules)
    logger.warning("%s: %s", status, error)


def _keep_error(container: Container, kind: WorkKind, claim: Claim, error: Exception) -> None:
    if (found := kind.error_to_keep(claim, error)) is not None:
        record(container.db, found)
