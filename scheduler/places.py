"""Places: each is a thread with room for one piece of work of one kind, so no kind waits for another's place."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from brief_audio.bootstrap import Container
from brief_audio.db.work import Claim
from brief_audio.domain.errors import LeaseLostError, TryAgainError
from brief_audio.logs import working_on
from brief_audio.services.work.kind import WorkKind
from scheduler.heartbeat import Heart
from scheduler.turn import carry_out, claimed, give_back

logger = logging.getLogger(__name__)


class Place:
    """Claim one piece of work after another, until `stop` is set and `wake` is called.

    If `before_priority` is given, take only work more urgent than that.
    """

    def __init__(
        self,
        container: Container,
        kind: WorkKind,
        stop: Event,
        wake_next: Callable[[], None],
        *,
        before_priority: int | None,
    ) -> None:
        self._container = container
        self._kind = kind
        self._stop = stop
        self._wake_next = wake_next
        self._before_priority = before_priority
        self._wake = Event()
        self._claim: Claim | None = None
        # A daemon thread: an uninterruptible request must not keep the process alive once its work is given back.
        self._thread = Thread(target=self._run, name=f"{kind.table.name} place", daemon=True)

    def start(self) -> None:
        """Start looking for work."""
        self._thread.start()

    def wake(self) -> None:
        """Look for work immediately."""
        self._wake.set()

    @property
    def is_alive(self) -> bool:
        """Return whether its thread runs."""
        return self._thread.is_alive()

    @property
    def is_free(self) -> bool:
        """Return whether it has no work. A place that is looking counts as free: if woken then, it looks again."""
        return self._claim is None

    def join(self, patience_seconds: float) -> None:
        """Wait until its work is given back; give it back from here if a request blocks the thread for too long."""
        if self._thread.ident is not None:
            self._thread.join(patience_seconds)
        claim = self._claim
        if self.is_alive and claim is not None:
            with working_on(claim.context):
                self._give_back_from_outside(claim)

    def _give_back_from_outside(self, claim: Claim) -> None:
        logger.warning("abandoning a request that gets no answer")
        try:
            give_back(self._container, claim)
        except (TryAgainError, LeaseLostError) as error:
            logger.warning("could not give the work back, so its lease will expire: %s", error)

    def _run(self) -> None:
        with Heart() as heart:
            while not self._stop.is_set() and heart.is_alive:
                self._wake.clear()
                if not self._turn(heart) and not self._stop.is_set():
                    self._wake.wait(self._container.settings.poll_seconds)

    def _turn(self, heart: Heart) -> bool:
        try:
            self._claim = claim = claimed(self._container, self._kind, before_priority=self._before_priority)
            if claim is not None:
                self._wake_next()
                carry_out(self._container, self._kind, claim, self._stop, heart)
        except (TryAgainError, LeaseLostError) as error:
            logger.warning("%s; looking for work again", error)
            return False
        finally:
            self._claim = None
        return claim is not None
