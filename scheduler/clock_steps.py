"""Detect changes to the system clock: APScheduler relies on it, and would wait for a set-back hour to pass twice."""

import time
from collections.abc import Callable

STEP_SECONDS = 2.0  # NTP's gradual corrections stay far below


class ClockSteps:
    """Compare the system clock with a monotonic one."""

    def __init__(
        self, *, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._apart = wall() - monotonic()

    def step_seconds(self) -> float:
        """Return by how many seconds the clock changed since the last call, or 0; suspending the machine counts."""
        apart = self._wall() - self._monotonic()
        step = apart - self._apart
        if abs(step) < STEP_SECONDS:
            return 0.0
        self._apart = apart
        return step
