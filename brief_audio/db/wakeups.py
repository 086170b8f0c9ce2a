"""Waking workers: a notification from the transaction that queues work to every process that listens.

Its text is the kind of work. Nothing depends on it: one that is lost, as behind PgBouncer in transaction mode, costs
one poll's wait.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2.extensions import connection as DriverConnection  # noqa: N812  (a class, whatever its case)
from sqlalchemy import text
from sqlalchemy.orm import Session

from brief_audio.db.engine import Database, answering
from brief_audio.domain.errors import TryAgainError

CHANNEL = "brief_audio_work"
PROBE = "SELECT 'still listening'"


def tell(session: Session, kind: str) -> None:
    """Wake every worker for that kind of work when the transaction commits."""
    session.execute(text("SELECT pg_notify(:channel, :kind)"), {"channel": CHANNEL, "kind": kind})


@dataclass(frozen=True, slots=True)
class Line:
    """An open connection on which words arrive."""

    connection: DriverConnection

    def wait(self, stop: int, seconds: float) -> frozenset[str]:
        """Return the kinds that were notified within `seconds`; return at once, too, when the file `stop` is readable.

        Raise `TryAgainError` where the connection has ended.
        """
        either = select.poll()  # `select` fails from the 1024th open file on
        either.register(self.connection, select.POLLIN)
        either.register(stop, select.POLLIN)
        if self.connection.fileno() not in dict(either.poll(seconds * 1000)):
            return frozenset()
        try:
            self.connection.poll()
        except psycopg2.Error as error:
            raise TryAgainError(f"the line on which words come has ended: {error}") from error
        return self._kinds()

    def probe(self) -> frozenset[str]:
        """Return the kinds that were notified while the database was asked whether it still hears this line.

        Raise `TryAgainError` where it does not answer.
        """
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(PROBE)
        except psycopg2.Error as error:
            raise TryAgainError(f"the line on which words come does not answer: {error}") from error
        return self._kinds()

    def _kinds(self) -> frozenset[str]:
        kinds = frozenset(word.payload for word in self.connection.notifies)
        self.connection.notifies.clear()
        return kinds


@contextmanager
def listening(db: Database) -> Iterator[Line]:
    """Yield a line of its own, outside the pool; raise `TryAgainError` where the database does not answer."""
    with answering(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as pooled:
        driver = pooled.connection.driver_connection
        assert isinstance(driver, DriverConnection)
        pooled.detach()
        pooled.execute(text(f"LISTEN {CHANNEL}"))
        yield Line(driver)
