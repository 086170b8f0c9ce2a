"""Our side of the comparison: a process with places like the product's worker, whose jobs contain no work.

Each line on standard input is one task, answered by `done`. For each job, a place does what `scheduler.turn` does,
minus everything between claim and finish: claim, heartbeat, finish.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from brief_audio.bootstrap import SPARE_CONNECTIONS
from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making.jobs import JOBS
from brief_audio.domain.jobs import BACKFILL_PRIORITY, QueueRules
from brief_audio.services.work.attempt import Attempt
from scheduler.heartbeat import Heart
from scheduler.presence import worker_name

RULES = QueueRules()
IDLE_SECONDS = 0.01


def main() -> None:
    """Carry out the task on each line."""
    for line in sys.stdin:
        task = json.loads(line)
        serve(task["url"], task["workers"], task["seconds"])
        print("done", flush=True)


def serve(url: str, places: int, seconds: float) -> None:
    """Claim and finish jobs in this many places for this many seconds."""
    db = Database(url, name="bench", pool_size=SPARE_CONNECTIONS + 2 * places)
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(places) as pool:
        at_work = [pool.submit(_place, db, until, number > 0 or places == 1) for number in range(places)]
    for place in at_work:
        place.result()  # raises the error that ended it early
    db.close()


def _place(db: Database, until: float, takes_backfill: bool) -> None:
    stop, before_priority = Event(), None if takes_backfill else BACKFILL_PRIORITY
    with Heart() as heart:
        while time.monotonic() < until:
            claim = work.claim_next(db, JOBS, worker_name(), RULES, before_priority=before_priority)
            if claim is None:
                time.sleep(IDLE_SECONDS)
            else:
                _see_through(Attempt(db, claim, RULES, stop), heart)


def _see_through(attempt: Attempt, heart: Heart) -> None:
    with heart.beating(attempt):
        attempt.write(lambda session: work.finish(session, attempt.claim))
