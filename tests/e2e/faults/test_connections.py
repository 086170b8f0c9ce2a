"""The worker's connections to its database are cut, loudly and silently: one edition comes out, once.

Cut ones are red without the `except TryAgainError` in `brief_audio/services/work/attempt.py:write`, silent ones that
never come back without `limit_waiting` in `brief_audio/db/connection/wait_limits.py`.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.e2e.faults.friday import BRIEF, Friday
from tests.e2e.faults.tcp_line import TcpLine
from tests.e2e.faults.watching import (
    assert_published_once,
    count_events,
    progress_of,
    wait_for_progress,
    wait_until_final,
)
from tests.e2e.product import Product, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def far(installation: Product, database_line: TcpLine) -> Product:
    """The same installation for a worker whose database is at the end of the line."""
    return replace(installation, extra=installation.extra | {"DATABASE_URL": database_line.url})


def test_connections_cut_once(far: Product, database_line: TcpLine, outcome: Friday, job: int) -> None:
    worker = far.start("scheduler")
    wait_for_progress(outcome.database, job)

    assert database_line.cut() > 0

    wait_until_final(outcome.database, job)
    assert far.interrupt(worker) == 0
    assert_published_once(outcome, attempt=1)


def test_connections_cut_again_and_again(far: Product, database_line: TcpLine, outcome: Friday, job: int) -> None:
    worker = far.start("scheduler")
    wait_for_progress(outcome.database, job)

    cut = 0
    while progress_of(outcome.database, job) < 100:
        cut += database_line.cut()
        time.sleep(0.3)

    assert cut > 5
    wait_until_final(outcome.database, job)
    assert far.interrupt(worker) == 0
    assert_published_once(outcome, attempt=1)


def test_silence_of_some_seconds(far: Product, database_line: TcpLine, outcome: Friday, job: int) -> None:
    worker = far.start("scheduler")
    wait_for_progress(outcome.database, job)

    database_line.go_silent()
    time.sleep(5)
    database_line.recover()

    wait_until_final(outcome.database, job)
    assert far.interrupt(worker) == 0
    assert_published_once(outcome, attempt=1)


@pytest.mark.long
def test_silence_longer_than_the_lease(
    far: Product,
    installation: Product,
    database_line: TcpLine,
    outcome: Friday,
    job: int,
    let_leases_end: Callable[[], None],
) -> None:
    worker = far.start("scheduler")
    wait_for_progress(outcome.database, job)
    database_line.go_silent()
    let_leases_end()

    rescuer = installation.command("scheduler", "--once")

    assert rescuer.returncode == 0, rescuer.stderr.decode()
    wait_until(lambda: f"job {job}: the lease of attempt 1 has expired" in far.talk, "the first worker to stop")
    edition = assert_published_once(outcome, attempt=2)
    database_line.recover()
    second = installation.command("generate", BRIEF, "--force")
    assert second.returncode == 0
    wait_until_final(outcome.database, int(second.stdout))
    assert far.interrupt(worker) == 0
    assert count_events(outcome.database, edition.job_id, "job.completed") == 1
    assert outcome.published(2).job_id == int(second.stdout)


@pytest.mark.long
def test_connections_that_stay_silent_for_ever(far: Product, database_line: TcpLine, outcome: Friday, job: int) -> None:
    """The worker gives them up and goes on with new ones, in this attempt or, once the lease is over, in the next."""
    worker = far.start("scheduler")
    wait_for_progress(outcome.database, job)

    database_line.forget()

    wait_until_final(outcome.database, job)
    assert far.interrupt(worker) == 0
    assert_published_once(outcome, attempt=outcome.job().attempt)
