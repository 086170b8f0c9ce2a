"""One run: jobs are processed while workers are attacked and restarted; in the end everything may finish."""

import time
from dataclasses import dataclass

from bench.chaos.newsroom import Newsroom
from bench.chaos.seats import Attacks
from bench.chaos.watch import LeaseWatch

JOBS_AT_EACH = 2  # of three places: leaves room for jobs that return
LOOK_EVERY_SECONDS = 0.5
LONGEST_END_SECONDS = 600.0
SETTLE_SECONDS = 15.0  # one more scan, which removes the last temporary folders of dead workers


@dataclass(frozen=True, slots=True)
class ChaosRun:
    """All parts of a run."""

    trouble: Attacks
    watch: LeaseWatch
    news: Newsroom

    def stir(self, minutes: float) -> None:
        """Add jobs, and attack the workers that take them."""
        until = time.monotonic() + 60 * minutes
        while (now := time.monotonic()) < until:
            self._bring_back(now)
            self.news.keep_busy(JOBS_AT_EACH * len(self.trouble.at_work))
            stopped = self.trouble.stir(now, self.watch.takers)
            if stopped is not None:
                self.watch.put_to_sleep(stopped.pid)
            time.sleep(LOOK_EVERY_SECONDS)
            self.watch.look()

    def let_end(self) -> None:
        """Restart or resume every worker and wait, for a limited time, until no job is live."""
        until = time.monotonic() + LONGEST_END_SECONDS
        while self.news.live_jobs() and time.monotonic() < until:
            self._bring_back(time.monotonic())
            time.sleep(LOOK_EVERY_SECONDS)
            self.watch.look()
        self._bring_back(float("inf"))
        time.sleep(SETTLE_SECONDS)

    def _bring_back(self, now: float) -> None:
        for seat in self.trouble.due(now):
            self.watch.wake(seat.pid)
            seat.resume()
        self.trouble.fill_seats(now)
