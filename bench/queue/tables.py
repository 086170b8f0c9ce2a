"""One side's tables of one size, in a database of their own, so that all sizes can take turns."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  (a class, whatever its case)

from bench.product import BenchmarkError
from bench.queue.rows import Rows
from brief_audio.db.patience import waiting_for

WITH_EVENTS = 100_000  # of the finished jobs, the newest
SMALL = 100_000  # so many rows are written anew each time; more are kept, and only the queue is filled up


@dataclass(frozen=True, slots=True)
class Size:
    """How many finished jobs lie in the table, and how many wait there."""

    name: str
    history: int
    queued: int


class Tables:
    """Tables of one size; `refill` before each use."""

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
        """Write the history and the queue, and do what autovacuum would."""
        with connected(self.url) as session, session.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # no trigger, no foreign key: quicker
            for statement in (*self._rows.begin, *self._rows.history, *self._rows.queue):
                cursor.execute(statement, self._given)
            cursor.execute(f"VACUUM ANALYZE {self._rows.tables}")

    def refill(self) -> None:
        """Bring the tables back to their size, and everything to the disk: nobody shall work beside that."""
        if self._size.history + self._size.queued <= SMALL:
            self.fill()
        with connected(self.url) as session, session.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            if self._size.queued < SMALL < self._size.history:
                for statement in self._rows.queue:
                    cursor.execute(statement, self._given)
            cursor.execute("CHECKPOINT")

    def done(self, begin: datetime, end: datetime) -> int:
        """Return how many jobs were finished in between; raise `BenchmarkError` where none was left to take."""
        given = {"begin": begin, "end": end}
        with connected(self.url) as session, session.cursor() as cursor:
            cursor.execute(self._rows.left)
            [(left,)] = cursor.fetchall()
            if not left:
                raise BenchmarkError(f"the queue of {self._size.name} ran dry: give it more jobs")
            cursor.execute(self._rows.done, given)
            [(count,)] = cursor.fetchall()
        return int(count)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Yield a connection on which every statement is a transaction, and may take as long as it needs."""
    with waiting_for(None), closing(psycopg2.connect(url)) as session:
        session.autocommit = True
        yield session


def new_database(url: str, name: str) -> str:
    """Make an empty database on the server of `url`; return its address. The name needs no quotes anywhere."""
    with connected(url) as session, session.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()
