"""Notices when the clock on the wall is set: APScheduler reckons by it, and would wait for an hour to pass twice."""

import time
from collections.abc import Callable

STEP_SECONDS = 2.0  # slewing, as NTP does it, stays far below


class ClockSteps:
    """Compares the wall's clock with one that only ever goes forward."""

    def __init__(
        self, *, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._apart = wall() - monotonic()

    def step_seconds(self) -> float:
        """Return by how much the clock was set since the last call, 0 where it was not; a suspended machine counts."""
        apart = self._wall() - self._monotonic()
        step = apart - self._apart
        if abs(step) < STEP_SECONDS:
            return 0.0
        self._apart = apart
        return step
