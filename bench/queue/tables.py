"""One side's tables of one size, in a separate database, so that all sizes can take turns."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  (a class, whatever its case)

from bench.product import BenchmarkError
from bench.queue.rows import Rows
from brief_audio.db.connection.wait_limits import waiting_for

WITH_EVENTS = 100_000  # newest finished jobs with events
SMALL = 100_000  # up to this many rows are rewritten each time; in larger tables only the queue is refilled


@dataclass(frozen=True, slots=True)
class Size:
    """The numbers of finished and waiting jobs in the table."""

    name: str
    history: int
    queued: int


class Tables:
    """Tables of one size; call `refill` before each use."""

    def __init__(self, url: str, rows: Rows, size: Size, batch: int) -> None:
        self.url = url
        self._rows = rows
        self._size = size
        self._given = {
            "history": size.history,
            "with_events": WITH_EVENTS,
            "queued": size.queued,
            "briefs": max(size.queued, batch) + batch,
            "batch": 10 * batch if size.queued > batch else batch,
        }

    def fill(self) -> None:
        """Write the history and the queue, then vacuum and analyse like autovacuum."""
        with connected(self.url) as session, session.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # skips triggers and foreign keys, for speed
            for statement in (*self._rows.begin, *self._rows.history, *self._rows.queue):
                cursor.execute(statement, self._given)
            cursor.execute(f"VACUUM ANALYZE {self._rows.tables}")

    def refill(self) -> None:
        """Restore the tables to their size, and flush everything to disk so that no writes disturb the measurement."""
        if self._size.history + self._size.queued <= SMALL:
            self.fill()
        with connected(self.url) as session, session.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            if self._size.queued < SMALL < self._size.history:
                for statement in self._rows.queue:
                    cursor.execute(statement, self._given)
            cursor.execute("CHECKPOINT")

    def done(self, begin: datetime, end: datetime) -> int:
        """Return how many jobs were finished between two times; raise `BenchmarkError` if the queue ran empty."""
        given = {"begin": begin, "end": end}
        with connected(self.url) as session, session.cursor() as cursor:
            cursor.execute(self._rows.left)
            [(left,)] = cursor.fetchall()
            if not left:
                raise BenchmarkError(f"the queue of {self._size.name} ran empty: give it more jobs")
            cursor.execute(self._rows.done, given)
            [(count,)] = cursor.fetchall()
        return int(count)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Yield a connection in autocommit mode, without time limits."""
    with waiting_for(None), closing(psycopg2.connect(url)) as session:
        session.autocommit = True
        yield session


def new_database(url: str, name: str) -> str:
    """Create an empty database on the server of `url`; return its address. The name must not need quotes."""
    with connected(url) as session, session.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()
