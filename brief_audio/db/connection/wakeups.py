"""Wake workers: the transaction that queues work notifies every listening process.

The payload is the kind of work. Nothing depends on it: a lost notification, as behind PgBouncer in transaction mode,
costs one polling interval.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2.extensions import connection as DriverConnection  # noqa: N812  (a class, whatever its case)
from sqlalchemy import text
from sqlalchemy.orm import Session

from brief_audio.db.connection.engine import Database, answering
from brief_audio.domain.errors import TryAgainError

CHANNEL = "brief_audio_work"
PROBE = "SELECT 'still listening'"


def wake_workers(session: Session, kind: str) -> None:
    """Wake every worker for this kind of work when the transaction commits."""
    session.execute(text("SELECT pg_notify(:channel, :kind)"), {"channel": CHANNEL, "kind": kind})


@dataclass(frozen=True, slots=True)
class WakeupConnection:
    """An open connection that receives notifications."""

    connection: DriverConnection

    def wait(self, stop: int, seconds: float) -> frozenset[str]:
        """Return the kinds notified within `seconds`; return early if the file `stop` becomes readable.

        Raise `TryAgainError` if the connection has ended.
        """
        either = select.poll()  # `select` fails with more than 1024 open files
        either.register(self.connection, select.POLLIN)
        either.register(stop, select.POLLIN)
        if self.connection.fileno() not in dict(either.poll(seconds * 1000)):
            return frozenset()
        try:
            self.connection.poll()
        except psycopg2.Error as error:
            raise TryAgainError(f"the connection for notifications has ended: {error}") from error
        return self._kinds()

    def probe(self) -> frozenset[str]:
        """Check the connection; return the kinds notified meanwhile.

        Raise `TryAgainError` if the database doesn't answer.
        """
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(PROBE)
        except psycopg2.Error as error:
            raise TryAgainError(f"the connection for notifications does not answer: {error}") from error
        return self._kinds()

    def _kinds(self) -> frozenset[str]:
        kinds = frozenset(word.payload for word in self.connection.notifies)
        self.connection.notifies.clear()
        return kinds


@contextmanager
def listening(db: Database) -> Iterator[WakeupConnection]:
    """Yield a separate connection, outside the pool; raise `TryAgainError` if the database doesn't answer."""
    with answering(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as pooled:
        driver = pooled.connection.driver_connection
        assert isinstance(driver, DriverConnection)
        pooled.detach()
        pooled.execute(text(f"LISTEN {CHANNEL}"))
        yield WakeupConnection(driver)
