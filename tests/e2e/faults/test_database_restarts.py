"""The server ends the worker's connections, or is away for a while, in the middle of a job: a pause, not an attempt.

Red without the `except TryAgainError` in `brief_audio/services/work/attempt.py:write`.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import TryAgainError
from brief_audio.embedded.postmaster import is_dead
from brief_audio.embedded.report import KeeperReport, read_report
from tests.e2e.faults.friday import Friday
from tests.e2e.faults.watching import assert_published_once, progress_of, wait_for_progress, wait_until_final
from tests.e2e.product import Product, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_every_connection_is_terminated_several_times(outcome: Friday, job: int) -> None:
    worker = outcome.product.start("scheduler")
    wait_for_progress(outcome.database, job)

    ended = 0
    while progress_of(outcome.database, job) < 100:
        ended += terminate_workers(outcome.database)
        time.sleep(0.3)

    assert ended > 5
    wait_until_final(outcome.database, job)
    assert outcome.product.interrupt(worker) == 0
    assert_published_once(outcome, attempt=1)


def test_the_server_is_stopped_and_started(outcome: Friday, job: int) -> None:
    worker = outcome.product.start("scheduler")
    wait_for_progress(outcome.database, job)
    server = report_of(outcome.product)

    os.kill(server.server_pid, signal.SIGINT)  # a fast shutdown, as of every update of PostgreSQL

    wait_until(lambda: is_served_by_another(outcome.product, server), "the server to be started again")
    wait_until_it_answers(outcome.database)
    wait_until_final(outcome.database, job)
    assert outcome.product.interrupt(worker) == 0
    assert_published_once(outcome, attempt=1)


def test_the_server_is_away_for_seconds(outcome: Friday, job: int) -> None:
    worker = outcome.product.start("scheduler")
    wait_for_progress(outcome.database, job)

    with away(outcome.product):
        time.sleep(8)
        assert worker.poll() is None

    wait_until_it_answers(outcome.database)
    wait_until_final(outcome.database, job)
    assert outcome.product.interrupt(worker) == 0
    assert_published_once(outcome, attempt=1)


def terminate_workers(database: Database) -> int:
    """End every connection of the scheduler, and say how many there were."""
    found = text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE :of")
    with database.transaction() as session:
        return int(session.execute(found, {"of": "brief-audio scheduler%"}).scalar_one())


def report_of(product: Product) -> KeeperReport:
    found = read_report(product.data_dir / "postgres" / "keeper.lock")
    assert found is not None
    return found


def is_served_by_another(product: Product, before: KeeperReport) -> bool:
    found = read_report(product.data_dir / "postgres" / "keeper.lock")
    return found is not None and found.server_pid not in {0, before.server_pid}


def wait_until_it_answers(database: Database) -> None:
    def answers() -> bool:
        with suppress(TryAgainError):
            database.ask("SELECT 1", {})
            return True
        return False

    wait_until(answers, "the server to answer")


@contextmanager
def away(product: Product) -> Iterator[None]:
    """Stop the server, and let nobody start it before the block ends."""
    server = report_of(product)
    os.kill(server.keeper_pid, signal.SIGSTOP)
    try:
        os.kill(server.server_pid, signal.SIGINT)
        wait_until(lambda: is_dead(server.server_pid), "the server to end")
        yield
    finally:
        os.kill(server.keeper_pid, signal.SIGCONT)
