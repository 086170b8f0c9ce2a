"""Read the rows every second: which attempt held which job, and when its lease would end.

An attempt's last heartbeat is the end of its lease minus the lease's length. A dead attempt's lease stays in its row
for a minute, until the job is rescued, so no last heartbeat is missed.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text

from brief_audio.db.connection.engine import Database

HELD = "SELECT id, attempt, claimed_by, lease_until FROM audio_generation_job WHERE status = 'processing'"


@dataclass(frozen=True, slots=True)
class Holding:
    """One attempt at one job."""

    job_id: int
    attempt: int


@dataclass(slots=True)
class LeaseWatch:
    """What has been observed."""

    db: Database
    lease_ends: dict[Holding, datetime] = field(default_factory=dict)
    takers: set[int] = field(default_factory=set)  # IDs of all processes that have held a job
    zombies: int = 0
    _held: dict[Holding, int] = field(default_factory=dict)
    _asleep: dict[int, set[Holding]] = field(default_factory=dict)

    def look(self) -> None:
        """Record which worker holds which job."""
        with self.db.transaction() as session:
            rows = session.execute(text(HELD)).all()
        self._held = {Holding(row.id, row.attempt): int(row.claimed_by.split(":")[-2]) for row in rows}
        self.takers |= set(self._held.values())
        self.lease_ends |= {Holding(row.id, row.attempt): row.lease_until for row in rows}

    def held_by(self, pid: int) -> set[Holding]:
        """Return what a worker held at the last check."""
        return {holding for holding, holder in self._held.items() if holder == pid}

    def put_to_sleep(self, pid: int) -> None:
        """Record what a worker holds that was just stopped."""
        self.look()
        self._asleep[pid] = self.held_by(pid)

    def wake(self, pid: int) -> None:
        """Count the jobs taken from a worker that is being resumed and doesn't know it yet."""
        self.look()
        self.zombies += len(self._asleep.pop(pid, set()) - self.held_by(pid))
