"""Somebody holds a row's lock from a session of their own: nobody hangs, the others' work goes on, and so does this."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.time_limits import TransactionLimits
from tests.e2e.faults.friday import BRIEF, Friday
from tests.e2e.faults.watching import status_of, wait_for_progress, wait_until_final
from tests.e2e.product import Product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

JOB = "SELECT 1 FROM audio_generation_job WHERE id = :id FOR UPDATE"
BRIEF_OF_JOB = "SELECT 1 FROM brief WHERE id = (SELECT brief_id FROM audio_generation_job WHERE id = :id) FOR UPDATE"
OK, TRY_AGAIN = 0, 75
SATURDAY = "morning-brief/2026-03-21"


@pytest.fixture
def saturday(outcome: Friday, tmp_path: Path) -> str:
    """A short brief for which nobody has asked yet."""
    item = {"headline": "The fair opens.", "body": "It closes on Sunday."}
    brief = {"show": "morning-brief", "date": "2026-03-21", "title": "Saturday", "items": [item]}
    (tmp_path / "saturday.json").write_text(json.dumps(brief), encoding="utf-8")
    assert outcome.product.command("briefs", "import", str(tmp_path / "saturday.json")).returncode == 0
    return SATURDAY


@pytest.mark.parametrize("query", [JOB, BRIEF_OF_JOB], ids=["its row", "its brief"])
def test_everybody_is_answered_while_a_worker_meets_the_lock(
    outcome: Friday, job: int, saturday: str, query: str
) -> None:
    """Red (they wait for half a minute) without `lock_timeout` in
    `brief_audio/db/connection/time_limits.py:TransactionLimits`."""
    worker = outcome.product.start("scheduler")
    with outcome.site():
        wait_for_progress(outcome.database, job)
        with held(outcome.database, query, job):
            answers = ask_all(
                outcome.product,
                ("jobs", "list"),
                ("jobs", "show", str(job)),
                ("generate", BRIEF),
                ("generate", saturday),
                ("jobs", "cancel", str(job)),
            )
            pages = {path: status_at(outcome.product, path) for path in ("", "health", "ready", "health/shows")}
            (listed, _), (shown, _), (asked, why), (made, number), (cancelled, reason) = answers
            assert made == OK, number
            wait_until_final(outcome.database, other := int(number.split()[0]))

    assert pages == dict.fromkeys(pages, 200)
    assert (listed, shown, cancelled) == (OK, OK, TRY_AGAIN)
    assert "lock timeout" in reason
    assert asked == OK or (asked == TRY_AGAIN and "lock timeout" in why), why
    wait_until_final(outcome.database, job)
    assert outcome.product.interrupt(worker) == 0
    assert_both_are_out(outcome, job, other)


@pytest.mark.parametrize("query", [JOB, BRIEF_OF_JOB], ids=["its row", "its brief"])
def test_other_jobs_are_worked_on_before_a_locked_one(outcome: Friday, job: int, saturday: str, query: str) -> None:
    """Red without `SKIP LOCKED` in `migrations/versions/0008_claim_and_finish.py:CLAIM_JOB`."""
    other = int(outcome.product.command("generate", saturday).stdout)
    with held(outcome.database, query, job):
        worker = outcome.product.start("scheduler")
        wait_until_final(outcome.database, other)
        assert status_of(outcome.database, job) == "queued"

    wait_until_final(outcome.database, job)

    assert outcome.product.interrupt(worker) == 0
    assert_both_are_out(outcome, job, other)


@pytest.mark.parametrize("query", [JOB, BRIEF_OF_JOB], ids=["its row", "its brief"])
def test_other_jobs_are_rescued_before_a_locked_one(
    outcome: Friday, job: int, saturday: str, query: str, let_leases_end: Callable[[], None]
) -> None:
    """Red without `skip_locked` in `brief_audio/db/making/jobs.py:rescue`."""
    other = int(outcome.product.command("generate", saturday).stdout)
    claim_all(outcome.database)
    let_leases_end()
    with held(outcome.database, query, job):
        worker = outcome.product.start("scheduler")
        wait_until_final(outcome.database, other)
        assert status_of(outcome.database, job) == "processing"

    wait_until_final(outcome.database, job)

    assert outcome.product.interrupt(worker) == 0
    assert_both_are_out(outcome, job, other)


def assert_both_are_out(friday: Friday, job: int, other: int) -> None:
    """See that the locked job and the other have one edition each, and that nothing else lies anywhere."""
    assert [status_of(friday.database, number) for number in (job, other)] == ["completed", "completed"]
    edition = friday.edition()
    assert edition is not None
    assert (edition.number, edition.job_id) == (1, job)
    friday.assert_tidy()


@contextmanager
def held(database: Database, query: str, job: int) -> Iterator[None]:
    """Hold what `query` locks, as a forgotten psql does, until the block ends."""
    with database.transaction(TransactionLimits(statement_seconds=0)) as session:
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        session.execute(text(query), {"id": job})
        yield


def claim_all(database: Database) -> None:
    """Let a worker that is dead by now have claimed every job."""
    claimed = "status = 'processing', attempt = 1, charged = 1, claimed_by = 'dead', lease_until = now()"
    with database.transaction() as session:
        session.execute(text(f"UPDATE audio_generation_job SET {claimed} WHERE status = 'queued'"))


def ask_all(product: Product, *commands: tuple[str, ...]) -> list[tuple[int, str]]:
    """Run the commands at once; return how each ended, and what it said."""
    with ThreadPoolExecutor(len(commands)) as pool:
        ended = list(pool.map(lambda words: product.command(*words), commands))
    return [(one.returncode, (one.stdout + one.stderr).decode()) for one in ended]


def status_at(product: Product, path: str) -> int:
    try:
        with urllib.request.urlopen(f"{product.url}/{path}", timeout=30) as reply:
            return int(reply.status)
    except HTTPError as error:
        return int(error.code)
