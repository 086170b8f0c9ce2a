"""Workers under attack: each seat has a `manage.py scheduler`, which is killed, stopped, resumed and started anew."""

import os
import random
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from bench.product import Product

ATTACK_EVERY_SECONDS = 6.0  # in the mean
LEFT_ALONE = 1  # that has shown that it takes jobs: somebody must be there to take over


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
    Attack.STOP_LONG: (63.0, 85.0),  # past the lease, and the scan after it
}
WEIGHTS = {Attack.KILL: 7, Attack.KILL_GROUP: 5, Attack.STOP_SHORTLY: 4, Attack.STOP_LONG: 4}


@dataclass(slots=True)
class Seat:
    """Room for one worker; `again_at` is when it is resumed, or started anew."""

    product: Product
    process: subprocess.Popen[bytes] | None = None
    is_stopped: bool = False
    again_at: float = 0.0

    @property
    def is_at_work(self) -> bool:
        """Return whether its worker runs, as far as we have left it alone."""
        return self.process is not None and not self.is_stopped

    @property
    def pid(self) -> int:
        """Return the number of its process."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start a worker, the leader of its group."""
        self.process = self.product.start("scheduler")

    def kill(self, *, with_children: bool) -> None:
        """Kill the worker at once, and reap it."""
        assert self.process is not None
        if with_children:
            self._signal_group(signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """Let the worker and its speech children stand still."""
        self._signal_group(signal.SIGSTOP)
        self.is_stopped = True

    def resume(self) -> None:
        """Let them go on as if nothing had happened."""
        self._signal_group(signal.SIGCONT)
        self.is_stopped = False

    def _signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


@dataclass(slots=True)
class Trouble:
    """Attacks seats at random, and brings them back; counts what it did."""

    seats: list[Seat]
    chance: random.Random
    next_at: float
    starts: int = 0
    unasked_ends: int = 0
    counts: dict[Attack, int] = field(default_factory=lambda: dict.fromkeys(Attack, 0))

    @property
    def at_work(self) -> list[Seat]:
        """Return the seats whose workers run."""
        return [seat for seat in self.seats if seat.is_at_work]

    def stir(self, now: float, takers: set[int]) -> Seat | None:
        """Attack a worker, where it is time and another one is left of those that take jobs; return it if stopped.

        `takers` are the numbers of all processes that have taken a job: one that only starts has nothing to lose.
        """
        candidates = [seat for seat in self.at_work if seat.pid in takers]
        if now < self.next_at or len(candidates) <= LEFT_ALONE:
            return None
        self.next_at = now + self.chance.expovariate(1 / ATTACK_EVERY_SECONDS)
        seat = self.chance.choice(candidates)
        self._attack(seat, now)
        return seat if seat.is_stopped else None

    def due(self, now: float) -> list[Seat]:
        """Return the stopped seats whose time has come to be resumed."""
        return [seat for seat in self.seats if seat.is_stopped and now >= seat.again_at]

    def fill_seats(self, now: float) -> None:
        """Start a worker wherever there is none and it is time; count those that ended without our doing."""
        for seat in self.seats:
            if seat.process is not None and seat.process.poll() is not None:
                self.unasked_ends += 1
                seat.process = None
            if seat.process is None and now >= seat.again_at:
                seat.start()
                self.starts += 1

    def end(self) -> None:
        """Let every worker end as an operator would."""
        for seat in self.seats:
            if seat.process is not None:
                seat.resume()
                seat.product.stop(seat.process)

    def _attack(self, seat: Seat, now: float) -> None:
        [attack] = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        self.counts[attack] += 1
        if attack in KILLS:
            seat.kill(with_children=attack is Attack.KILL_GROUP)
        else:
            seat.stop()
        seat.again_at = now + self.chance.uniform(*AGAIN_AFTER_SECONDS[attack])
