"""SIGTERM while something says nothing: the process ends in the time that platforms grant, the job goes on later."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Timer

import pytest
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from tests.contract.storage.faulty_line import FaultyLine, answer, say_nothing
from tests.e2e.product import PATIENCE_SECONDS, Product, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

GRANTED_SECONDS = 25  # between SIGTERM and SIGKILL
DOWN = answer(503, "backend is having a rest")


@pytest.fixture
def ended() -> Iterator[Event]:
    """Set when the test has ended, so that nothing stays silent after it."""
    event = Event()
    yield event
    event.set()


def row_of(database: Database) -> tuple[object, ...]:
    with database.transaction() as session:
        query = text("SELECT status, attempt, charged, error FROM audio_generation_job WHERE id = 2")
        return tuple(session.execute(query).one())


def stop(worker: subprocess.Popen[bytes]) -> int:
    worker.send_signal(signal.SIGTERM)
    return worker.wait(GRANTED_SECONDS)


@pytest.mark.parametrize("is_silent", [True, False])
def test_a_worker_that_waits_for_its_bucket_gives_the_job_back(
    in_bucket: Product, line: FaultyLine, database_of: Database, job: int, ended: Event, is_silent: bool
) -> None:
    """Red without `give_back` in `scheduler/worker.py:_Place.join`; for a bucket that answers, `store.close()` in
    `Worker.stop` holds, too.
    """
    line.always(say_nothing(ended) if is_silent else DOWN)
    worker = in_bucket.start("scheduler")
    wait_until(lambda: "GET" in line.methods(), "the bucket to be asked")

    assert stop(worker) == 0

    assert row_of(database_of) == ("queued", 1, 0, None)


def test_generate_that_waits_for_its_bucket_gives_the_job_back(
    in_bucket: Product, line: FaultyLine, database_of: Database, job: int
) -> None:
    """Red without `end_waiting_on` in `brief_audio/cli/generate.py:wait_for`."""
    line.always(DOWN)
    command = in_bucket.start("generate", "morning-brief/2026-03-20", "--wait")
    wait_until(lambda: "GET" in line.methods(), "the bucket to be asked")

    assert stop(command) == 130

    assert row_of(database_of) == ("queued", 1, 0, None)


def test_a_job_reads_its_narrations_with_patience(
    in_bucket: Product, line: FaultyLine, database_of: Database, job: int
) -> None:
    """Red without `gcs.WRITING` for `reading` in `brief_audio/bootstrap.py:build_store`.

    The bucket is down for longer than a listener would wait.
    """
    line.always(DOWN)
    worker = in_bucket.start("scheduler", "--once")
    wait_until(lambda: "GET" in line.methods(), "the bucket to be asked")
    back = Timer(12, line.always, [None])
    back.start()

    assert worker.wait(PATIENCE_SECONDS) == 0

    back.join()
    assert row_of(database_of) == ("completed", 1, 1, None)


@pytest.mark.parametrize("words", [["scheduler"], ["generate", "morning-brief/2026-03-20", "--wait"]])
def test_a_silent_database_keeps_nobody(
    installation: Product, database_of: Database, job: int, let_leases_end: Callable[[], None], words: list[str]
) -> None:
    """Red without `os._exit` in `brief_audio/cli/terminal/stop_signals.py:_watch`."""
    worker = installation.start(*words)
    wait_until(lambda: progress(database_of) >= 15, "an item to be spoken")

    with silent(database_of):
        assert stop(worker) == 128 + signal.SIGTERM

    assert "not everything stopped within 23 s" in installation.talk
    let_leases_end()
    assert installation.command("scheduler", "--once").returncode == 0
    assert row_of(database_of) == ("completed", 2, 2, None)


def progress(database: Database) -> int:
    with database.transaction() as session:
        return int(session.execute(text("SELECT progress FROM audio_generation_job WHERE id = 2")).scalar_one())


@contextmanager
def silent(database: Database) -> Iterator[None]:
    """Stop every process of the server, none of which then keeps a time limit, and let them go on afterwards."""
    with database.transaction() as session:
        postmaster = int(session.execute(text("SELECT pg_read_file('postmaster.pid')")).scalar_one().splitlines()[0])
    pids = [postmaster, *children_of(postmaster)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def children_of(parent: int) -> list[int]:
    def parent_of(stat: Path) -> int:
        with suppress(OSError):
            return int(stat.read_text().rpartition(")")[2].split()[1])
        return 0

    return [int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if parent_of(stat) == parent]
