"""No transaction stays open while a brief is spoken, mastered and stored: PostgreSQL itself is asked, all along."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from tests.e2e.faults.friday import Friday
from tests.e2e.faults.watching import assert_published_once, wait_until_final

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LOOK_EVERY_SECONDS = 0.05
IDLE = text(
    "SELECT application_name, state, query, extract(epoch FROM clock_timestamp() - state_change)"
    " FROM pg_stat_activity WHERE application_name LIKE 'brief-audio%' AND pid <> pg_backend_pid()"
    " AND state LIKE 'idle in transaction%' AND clock_timestamp() - state_change > interval '1 s'"
)


def test_no_transaction_is_idle_for_a_second(outcome: Friday, job: int) -> None:
    """Red with the body of `brief_audio/services/making/edition.py:generate` inside `with
    attempt.db.transaction():`."""
    with looking_on(outcome.database) as seen:
        worker = outcome.product.start("scheduler")
        wait_until_final(outcome.database, job)
        assert outcome.product.interrupt(worker) == 0

    assert seen.looks > 20
    assert seen.idle == []
    assert_published_once(outcome, attempt=1)


class Seen:
    """What the looks at the server have found."""

    def __init__(self) -> None:
        self.looks = 0
        self.idle: list[tuple] = []


@contextmanager
def looking_on(database: Database) -> Iterator[Seen]:
    """Look every twentieth of a second until the block ends, from a connection that is never in a transaction."""
    seen, ended = Seen(), Event()

    def look() -> None:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not ended.wait(LOOK_EVERY_SECONDS):
                seen.idle.extend(tuple(row) for row in connection.execute(IDLE))
                seen.looks += 1

    thread = Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
