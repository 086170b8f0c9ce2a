"""Check regularly whether to continue, so that a cancelled job or a stopping worker ends within a second."""

import time
from collections.abc import Callable

SECONDS_BETWEEN = 0.2


class StopCheck:
    """Call `check_stop`, which raises an error to stop the work, at most every fifth of a second."""

    def __init__(self, check_stop: Callable[[], None]) -> None:
        self._check_stop = check_stop
        self._next = time.monotonic()

    def tick(self) -> None:
        """Do nothing, or raise the error from `check_stop`."""
        now = time.monotonic()
        if now >= self._next:
            self._check_stop()
            self._next = now + SECONDS_BETWEEN


def never_stop() -> None:
    """Do nothing: never stop the work."""
