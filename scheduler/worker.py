"""The worker: claim a job, see it through, end it one way or another; once, or until told to stop."""

import logging
import os
import socket
from threading import Event, Thread

from brief_audio.bootstrap import Container
from brief_audio.db import jobs
from brief_audio.db.jobs import Claim
from brief_audio.domain.errors import (
    BriefAudioError,
    JobCancelledError,
    LeaseLostError,
    StoppingError,
    TryAgainError,
)
from brief_audio.services.attempt import Attempt
from brief_audio.services.generation import generate
from scheduler.heartbeat import Heartbeat

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 15.0  # for giving a job back; leaves some for all else that ends before a platform's 25 s are over


def worker_name() -> str:
    """Return a name that tells this worker from every other."""
    return f"{socket.gethostname()}:{os.getpid()}"


def run_one(container: Container, stop: Event, *, job_id: int | None = None) -> bool:
    """Claim and see through one job that is due (or only `job_id`); return False where there was none.

    Raise `TryAgainError` where the database does not answer: the lease then brings the job back.
    """
    claim = _claimed(container, job_id)
    if claim is not None:
        _see_through(container, claim, stop)
    return claim is not None


class Worker:
    """Runs jobs in a thread of its own until it is told to stop; `wake` shortens its wait."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._stop = Event()
        self._wake = Event()
        self._claim: Claim | None = None
        # A daemon: a request that cannot be interrupted must not keep the process, once its job was given back.
        self._thread = Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def wake(self) -> None:
        """Look for a job now."""
        self._wake.set()

    @property
    def is_alive(self) -> bool:
        """Return whether the thread runs; one that ended unasked met something that nobody foresaw."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Claim no more, give back the job in hand, and wait no more for a store that fails; returns at once."""
        self._stop.set()
        self._wake.set()
        self._container.store.close()

    def join(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the worker has ended; give its job back from here where a request holds it up for too long."""
        if self._thread.ident is not None:
            self._thread.join(patience_seconds)
        claim = self._claim
        if self.is_alive and claim is not None:
            logger.warning("job %s: a request that is not answered is left behind", claim.job_id)
            try:
                _release(self._container, claim)
            except (TryAgainError, LeaseLostError) as error:
                logger.warning("job %s: not given back, its lease will end: %s", claim.job_id, error)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            if not self._turn() and not self._stop.is_set():
                self._wake.wait(self._container.settings.poll_seconds)

    def _turn(self) -> bool:
        try:
            self._claim = claim = _claimed(self._container)
            if claim is not None:
                _see_through(self._container, claim, self._stop)
        except (TryAgainError, LeaseLostError) as error:
            logger.warning("%s; looking again", error)
            return False
        finally:
            self._claim = None
        return claim is not None


def _claimed(container: Container, job_id: int | None = None) -> Claim | None:
    with container.db.transaction() as session:
        return jobs.claim_next(session, worker_name(), container.rules, job_id=job_id)


def _see_through(container: Container, claim: Claim, stop: Event) -> None:
    logger.info("job %s: attempt %s", claim.job_id, claim.attempt)
    attempt = Attempt(container.db, claim, container.rules, stop)
    try:
        with Heartbeat(attempt):
            published = generate(container.studio, attempt)
    except LeaseLostError as error:
        logger.warning("%s; nothing was published", error)
    except StoppingError:
        _release(container, claim)
    except JobCancelledError:
        _end_cancelled(container, claim)
    except BriefAudioError as error:
        _fail_or_release(container, claim, error, stop)
    except Exception as error:  # the worker's outermost guard: whatever it is, the job must say so
        logger.exception("job %s: unexpected", claim.job_id)
        _fail(container, claim, f"{type(error).__name__}: {error}", permanent=False)
    else:
        logger.info("job %s: rendition %s %s", claim.job_id, published.number, published.held_reason or "published")


def _fail_or_release(container: Container, claim: Claim, error: BriefAudioError, stop: Event) -> None:
    """End the attempt with `error`; one that comes while we stop may only tell of our stopping, and is not charged."""
    if stop.is_set():
        logger.info("job %s: while stopping: %s", claim.job_id, error)
        _release(container, claim)
    else:
        _fail(container, claim, str(error), permanent=error.permanent)


def _release(container: Container, claim: Claim) -> None:
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
