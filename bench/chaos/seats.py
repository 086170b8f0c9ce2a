"""Workers under attack: each seat runs a `manage.py scheduler` that is killed, stopped, resumed and restarted."""

import os
import random
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from bench.product import Product

ATTACK_EVERY_SECONDS = 6.0  # on average
LEFT_ALONE = 1  # a worker known to take jobs, so that one can take over


class Attack(StrEnum):
    """What is done to a worker."""

    KILL = "killed"
    KILL_GROUP = "killed with its speech children"
    STOP_SHORTLY = "stopped for some seconds"
    STOP_LONG = "stopped past the lease"


KILLS = (Attack.KILL, Attack.KILL_GROUP)
AGAIN_AFTER_SECONDS = {
    Attack.KILL: (1.0, 4.0),
    Attack.KILL_GROUP: (1.0, 4.0),
    Attack.STOP_SHORTLY: (3.0, 20.0),
    Attack.STOP_LONG: (63.0, 85.0),  # past the lease and the following scan
}
WEIGHTS = {Attack.KILL: 7, Attack.KILL_GROUP: 5, Attack.STOP_SHORTLY: 4, Attack.STOP_LONG: 4}


@dataclass(slots=True)
class WorkerProcess:
    """Room for one worker; `again_at` is when to resume or restart it."""

    product: Product
    process: subprocess.Popen[bytes] | None = None
    is_stopped: bool = False
    again_at: float = 0.0

    @property
    def is_at_work(self) -> bool:
        """Return whether its worker runs, unless it ended by itself."""
        return self.process is not None and not self.is_stopped

    @property
    def pid(self) -> int:
        """Return its process ID."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start a worker as the leader of its process group."""
        self.process = self.product.start("scheduler")

    def kill(self, *, with_children: bool) -> None:
        """Kill the worker immediately, and reap it."""
        assert self.process is not None
        if with_children:
            self._signal_group(signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """Suspend the worker and its speech children."""
        self._signal_group(signal.SIGSTOP)
        self.is_stopped = True

    def resume(self) -> None:
        """Resume them as if nothing had happened."""
        self._signal_group(signal.SIGCONT)
        self.is_stopped = False

    def _signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


@dataclass(slots=True)
class Attacks:
    """Attack seats at random, restart or resume them, and count the attacks."""

    seats: list[WorkerProcess]
    chance: random.Random
    next_at: float
    starts: int = 0
    unasked_ends: int = 0
    counts: dict[Attack, int] = field(default_factory=lambda: dict.fromkeys(Attack, 0))

    @property
    def at_work(self) -> list[WorkerProcess]:
        """Return the seats with running workers."""
        return [seat for seat in self.seats if seat.is_at_work]

    def stir(self, now: float, takers: set[int]) -> WorkerProcess | None:
        """Attack a worker if it is time and another one that takes jobs is left; return its seat if it was stopped.

        `takers` are the IDs of all processes that have taken a job: a worker that is just starting has nothing to lose.
        """
        candidates = [seat for seat in self.at_work if seat.pid in takers]
        if now < self.next_at or len(candidates) <= LEFT_ALONE:
            return None
        self.next_at = now + self.chance.expovariate(1 / ATTACK_EVERY_SECONDS)
        seat = self.chance.choice(candidates)
        self._attack(seat, now)
        return seat if seat.is_stopped else None

    def due(self, now: float) -> list[WorkerProcess]:
        """Return the stopped seats that are due to be resumed."""
        return [seat for seat in self.seats if seat.is_stopped and now >= seat.again_at]

    def fill_seats(self, now: float) -> None:
        """Start missing workers that are due, and count those that ended by themselves."""
        for seat in self.seats:
            if seat.process is not None and seat.process.poll() is not None:
                self.unasked_ends += 1
                seat.process = None
            if seat.process is None and now >= seat.again_at:
                seat.start()
                self.starts += 1

    def end(self) -> None:
        """Shut every worker down as an operator would."""
        for seat in self.seats:
            if seat.process is not None:
                seat.resume()
                seat.product.stop(seat.process)

    def _attack(self, seat: WorkerProcess, now: float) -> None:
        [attack] = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        self.counts[attack] += 1
        if attack in KILLS:
            seat.kill(with_children=attack is Attack.KILL_GROUP)
        else:
            seat.stop()
        seat.again_at = now + self.chance.uniform(*AGAIN_AFTER_SECONDS[attack])
