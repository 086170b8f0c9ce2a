"""Speaks what editors want to hear, in a thread beside the jobs' places: neither ever waits for the other's place."""

import logging
import time
from datetime import timedelta
from threading import Event, Thread

from brief_audio.bootstrap import Container
from brief_audio.db import hearings
from brief_audio.db.hearings import HearingClaim
from brief_audio.domain.errors import BriefAudioError, LeaseLostError, StoppingError, TryAgainError
from brief_audio.services.error_log import met, record
from brief_audio.services.hearing_work import AGAIN_AFTER, MOST_ATTEMPTS, HearingAttempt, speak
from scheduler.guard import guarded

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25  # a burst of jobs wakes us as often, and is not to pay for a look at each
AT_ONCE = timedelta(0)


class Hearings:
    """One hearing after the other, until `stop` is set and `wake` was called."""

    def __init__(self, container: Container, stop: Event, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._container = container
        self._stop = stop
        self._look_seconds = look_seconds
        self._wake = Event()
        # A daemon: a store that does not answer must not keep the process; the lease brings the hearing back.
        self._thread = Thread(target=self._run, name="hearings", daemon=True)

    def start(self) -> None:
        """Begin to look for hearings."""
        self._thread.start()

    def wake(self) -> None:
        """Look for hearings now."""
        self._wake.set()

    @property
    def is_alive(self) -> bool:
        """Return whether its thread runs."""
        return self._thread.is_alive()

    def join(self, patience_seconds: float) -> None:
        """Wait until the hearing in hand was given back."""
        if self._thread.ident is not None:
            self._thread.join(patience_seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            looked_at = time.monotonic()
            if not self._turn() and not self._stop.is_set():
                self._wake.wait(self._container.settings.poll_seconds)
                self._stop.wait(max(0.0, looked_at + self._look_seconds - time.monotonic()))

    def _turn(self) -> bool:
        try:
            return speak_one(self._container, self._stop)
        except (TryAgainError, LeaseLostError) as error:
            logger.warning("%s; looking again", error)
            return False


def speak_one(container: Container, stop: Event) -> bool:
    """Claim one hearing and see it through; return False where there was none.

    Raise `TryAgainError` where the database does not answer: the lease then brings the hearing back.
    """
    with container.db.transaction() as session:
        claim = hearings.claim_next(session, lease=container.rules.lease, most_attempts=MOST_ATTEMPTS)
    if claim is None:
        return False
    with guarded(f"hearing {claim.number}", tell=lambda error: _keep(container, error)) as surprise:
        _work(container, claim, stop)
    if surprise.error is not None:
        _again_or_fail(container, claim, f"{type(surprise.error).__name__}: {surprise.error}")
    return True


def _work(container: Container, claim: HearingClaim, stop: Event) -> None:
    attempt = HearingAttempt(container.db, claim, container.rules, stop)
    try:
        heard = speak(container.studio, attempt)
    except LeaseLostError as error:
        logger.warning("%s", error)
    except StoppingError:
        _put_back(container, claim, AT_ONCE)
    except BriefAudioError as error:
        if stop.is_set():  # it may only tell of our stopping
            _put_back(container, claim, AT_ONCE)
        elif error.permanent:
            _fail(container, claim, str(error))
        else:
            _keep(container, error)
            _again_or_fail(container, claim, str(error))
    else:
        with container.db.transaction() as session:
            key, duration_ms = heard.narration_key, heard.duration_ms
            hearings.end_spoken(session, claim, narration_key=key, duration_ms=duration_ms)
        logger.info("hearing %s: spoken", claim.number)


def _keep(container: Container, error: Exception) -> None:
    record(container.db, met(error, "hearing"))


def _again_or_fail(container: Container, claim: HearingClaim, error: str) -> None:
    if claim.attempt >= MOST_ATTEMPTS:
        _fail(container, claim, error)
        return
    logger.warning("hearing %s: %s; trying again", claim.number, error)
    _put_back(container, claim, AGAIN_AFTER, error)


def _put_back(container: Container, claim: HearingClaim, wait: timedelta, error: str | None = None) -> None:
    with container.db.transaction() as session:
        hearings.put_back(session, claim, wait=wait, error=error)


def _fail(container: Container, claim: HearingClaim, error: str) -> None:
    with container.db.transaction() as session:
        hearings.end_failed(session, claim, error)
    logger.warning("hearing %s: failed: %s", claim.number, error)
