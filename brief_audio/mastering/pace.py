"""Asks now and then whether to go on, so that a cancelled job or a stopping worker ends within a second."""

import time
from collections.abc import Callable

SECONDS_BETWEEN = 0.2


class Pace:
    """Calls `check_stop`, which raises to end the work, but not more often than every fifth of a second."""

    def __init__(self, check_stop: Callable[[], None]) -> None:
        self._check_stop = check_stop
        self._next = time.monotonic()

    def tick(self) -> None:
        """Go on, or raise what `check_stop` raises."""
        now = time.monotonic()
        if now >= self._next:
            self._check_stop()
            self._next = now + SECONDS_BETWEEN


def never_stop() -> None:
    """Go on."""
