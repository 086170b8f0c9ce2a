"""A line on which words come says nothing for long; now and then it is asked whether it is still there."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from brief_audio.db.connection import wakeups
from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.wait_limits import waiting_for
from brief_audio.domain.errors import TryAgainError
from scheduler.wakeup_listener import Listener
from tests.e2e.faults.tcp_line import TcpLine, tcp_line
from tests.e2e.product import wait_until

PATIENCE_SECONDS = 60.0
PROBED = text("SELECT count(*) FROM pg_stat_activity WHERE query = :probe")


@pytest.fixture
def far(database: Database) -> Iterator[tuple[TcpLine, Database]]:
    """The database behind a line that can fall silent."""
    address = database.engine.url.query
    with tcp_line(Path(str(address["host"])) / f".s.PGSQL.{address['port']}") as line:
        behind = Database(line.url.replace("/brief_audio", f"/{database.engine.url.database}"), name="far")
        yield line, behind
        behind.close()


def test_a_line_that_is_dead_without_a_word_is_found_out(far: tuple[TcpLine, Database]) -> None:
    """Red without the statement in `brief_audio/db/connection/wakeups.py:probe`."""
    between, db = far

    def probe_twice() -> None:
        with wakeups.listening(db) as line:
            assert not line.probe()
            between.go_silent()
            line.probe()

    with waiting_for(2.0), pytest.raises(TryAgainError):
        probe_twice()


def test_a_word_that_comes_with_the_answer_is_heard(database: Database) -> None:
    """Red where a probe does not say what came with its answer."""
    with wakeups.listening(database) as line:
        with database.transaction() as session:
            wakeups.wake_workers(session, "job")

        assert line.probe() == {"job"}
        assert not line.probe()


def test_a_listener_probes_a_silent_line(database: Database) -> None:
    """Red without `probe` in `scheduler/wakeup_listener.py:_listen`."""
    words = threading.Semaphore(0)
    listener = Listener(database, lambda _kinds: words.release(), longest_silence_seconds=0.05)
    listener.start()
    assert words.acquire(timeout=PATIENCE_SECONDS)

    def is_probed() -> bool:
        with database.transaction() as session:
            return session.execute(PROBED, {"probe": wakeups.PROBE}).scalar_one() == 1

    wait_until(is_probed, "the line to be probed")
    with database.transaction() as session:
        wakeups.wake_workers(session, "job")
    assert words.acquire(timeout=PATIENCE_SECONDS)

    listener.stop()
    listener.join(PATIENCE_SECONDS)
    assert not listener.is_alive
