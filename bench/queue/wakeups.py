"""Measure how soon an idle worker gets a newly queued job: from the commit of the job to the commit of the claim.

Both times are the server's own (`track_commit_timestamp`), found through the transaction that wrote each event, so
that nothing else is measured. Our side is a real `manage.py scheduler`; its jobs have no items and fail immediately,
which leaves it idle again.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, whatever its case)
from sqlalchemy import select

from bench.product import BenchmarkError, Product
from bench.queue.crew import Crew, CrewLayout
from bench.queue.rows import THEIRS
from bench.queue.tables import connected
from brief_audio.bootstrap import SPARE_CONNECTIONS
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.models import Brief

PLACES = 3  # concurrent jobs per worker, the default setting
REST_SECONDS = (0.02, 0.06)
WARM_UP = 10
LONGEST_SECONDS = 60.0
THEIR_SECONDS = 3600.0

AN_EMPTY_BRIEF = """
WITH dawn AS (
    INSERT INTO show (slug, title, language, time_zone, voice_id)
    SELECT 'dawn', 'Dawn', 'en-US', 'UTC', min(id) FROM voice RETURNING id
)
INSERT INTO brief (show_id, slug, kind, title, state) SELECT id, 'empty', 'text', 'News', 'ready' FROM dawn
"""
QUEUE_ONE_OF_THEIRS = """
SELECT procrastinate_defer_jobs_v1(
    ARRAY[ROW('default', 'nothing', 0, NULL, NULL, '{}', NULL)::procrastinate_job_to_defer_v1])
"""
BETWEEN = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(claimed.xmin) - pg_xact_commit_timestamp(queued.xmin)) * 1000
FROM {events} AS queued JOIN {events} AS claimed USING (job_id)
WHERE queued.{kind} = '{queued}' AND claimed.{kind} = '{claimed}' ORDER BY job_id OFFSET %(warm_up)s
"""


@dataclass(frozen=True, slots=True)
class Idle:
    """One side with an idle worker: how to queue a job there, and the queries for live jobs and for the times."""

    cursor: Cursor
    queue_one: Callable[[], object]
    live: str
    between: str

    def take(self, count: int) -> None:
        """Queue jobs one at a time, each after the previous one has ended and the worker has been idle briefly."""
        for _ in range(count):
            self.queue_one()
            until = time.monotonic() + LONGEST_SECONDS
            while self._asked(self.live) != [0]:
                if time.monotonic() > until:
                    raise BenchmarkError(f"a job did not finish within {LONGEST_SECONDS:.0f} s")
                time.sleep(0.01)
            time.sleep(random.uniform(*REST_SECONDS))  # noqa: S311  (no secret)

    def milliseconds(self) -> list[float]:
        """Return the time for each job except the first few."""
        return [float(found) for found in self._asked(self.between)]

    def _asked(self, query: str) -> list[float]:
        self.cursor.execute(query, {"warm_up": WARM_UP})
        return [value for (value,) in self.cursor.fetchall()]


@contextmanager
def our_idle_worker(product: Product, url: str) -> Iterator[Idle]:
    """Yield our side: `manage.py scheduler`, which waits for jobs of a brief without items."""
    with product.started("scheduler", "Waiting for jobs."), connected(url) as session, session.cursor() as cursor:
        cursor.execute(AN_EMPTY_BRIEF)
        db = Database(url, name="bench", pool_size=SPARE_CONNECTIONS)
        live = "SELECT count(*) FROM audio_generation_job WHERE status IN ('queued', 'processing')"
        names = {"events": "event", "kind": "kind", "queued": "job.queued", "claimed": "job.claimed"}
        yield Idle(cursor, partial(_queue_one, db), live, BETWEEN.format_map(names))
        db.close()


def _queue_one(db: Database) -> None:
    with db.transaction() as session:
        brief = session.execute(select(Brief).where(Brief.slug == "empty")).scalar_one()
        enqueueing.enqueue(session, brief, requested_by="bench")


@contextmanager
def their_idle_worker(crew: Crew, url: str) -> Iterator[Idle]:
    """Yield their side: a listening worker with as many places as ours."""
    crew.begin(url, CrewLayout(1, PLACES), THEIR_SECONDS)
    with connected(url) as session, session.cursor() as cursor:
        live = THEIRS.left.replace("= 'todo'", "IN ('todo', 'doing')")
        names = {"events": "procrastinate_events", "kind": "type", "queued": "deferred", "claimed": "started"}
        yield Idle(cursor, partial(cursor.execute, QUEUE_ONE_OF_THEIRS), live, BETWEEN.format_map(names))
