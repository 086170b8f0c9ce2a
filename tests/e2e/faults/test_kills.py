"""kill -9 at the worst moments, with real processes: the next start completes the job, once, and leaves nothing.

Each assertion looks at what was published: the rows, the objects and the temporary folder.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.time_limits import TransactionLimits
from tests.e2e.product import Product, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def one(database: Database, query: str) -> tuple[object, ...]:
    with database.transaction() as session:
        return tuple(session.execute(text(query)).one())


def progress(database: Database) -> int:
    [found] = one(database, "SELECT progress FROM audio_generation_job ORDER BY id DESC LIMIT 1")
    return int(str(found))


def narrations(product: Product) -> dict[str, float]:
    """The stored item audio with the time at which each was stored."""
    root = product.data_dir / "store" / "narrations"
    return {path.name: path.stat().st_mtime for path in root.rglob("*.flac")}


def editions(product: Product) -> set[str]:
    root = product.data_dir / "store"
    return {str(path.relative_to(root)) for path in (root / "shows").rglob("*") if path.is_file()}


def speech_children(product: Product) -> list[int]:
    def is_child(pid: int) -> bool:
        with suppress(OSError):
            return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
        return False

    return [pid for pid in product.processes() if is_child(pid)]


def wait_for_speech(database: Database) -> None:
    wait_until(lambda: 15 <= progress(database) < 90, "an item to be spoken")


def assert_published_once(product: Product, database: Database) -> None:
    """One rendition, current; the objects are exactly those that rows name; no temporary file; no process."""
    job = one(database, "SELECT status, completed_items, failed_items, progress FROM audio_generation_job WHERE id = 2")
    assert job == ("completed", 24, 0, 100)
    with database.transaction() as session:
        rows = session.execute(text("SELECT * FROM rendition ORDER BY id")).mappings().all()
        covers = set(session.execute(text("SELECT cover_object FROM show")).scalars())
        current = session.execute(text("SELECT current_rendition_id FROM brief ORDER BY id")).scalars().all()
    named = {row[f"{part}_object"] for row in rows for part in ("audio", "captions", "chapters", "manifest")}
    assert [row["state"] for row in rows] == ["published", "published"]
    assert list(current) == [row["id"] for row in rows]
    assert editions(product) == named | covers
    assert list((product.data_dir / "tmp").iterdir()) == []
    assert [
        path for path in (product.data_dir / "store").rglob("*") if ".temporary" in path.parts and path.is_file()
    ] == []


def finish_with_a_new_scheduler(product: Product) -> None:
    turned = product.command("scheduler", "--once")
    assert turned.returncode == 0, turned.stderr.decode()


def test_the_worker_is_killed_while_speaking(
    installation: Product, database_of: Database, job: int, let_leases_end: Callable[[], None]
) -> None:
    """Red without `jobs.rescue` in `scheduler/clock.py:Clock.tick`."""
    worker = installation.start("scheduler")
    wait_for_speech(database_of)
    worker.kill()
    worker.wait()
    before = narrations(installation)
    let_leases_end()

    finish_with_a_new_scheduler(installation)

    assert len(before) > 10
    after = narrations(installation)
    assert {name: after[name] for name in before} == before
    assert_published_once(installation, database_of)


def test_the_whole_group_is_killed_while_speaking(
    installation: Product, database_of: Database, job: int, let_leases_end: Callable[[], None]
) -> None:
    """Red without `scratch.sweep` in `scheduler/clock.py:Clock.tick`: its temporary folder would stay."""
    worker = installation.start("scheduler")
    wait_for_speech(database_of)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    wait_until(lambda: speech_children(installation) == [], "the speech children to end with their parent")
    let_leases_end()

    finish_with_a_new_scheduler(installation)

    assert_published_once(installation, database_of)


def test_speech_children_are_killed_while_speaking(installation: Product, database_of: Database, job: int) -> None:
    """Red without `except DiedIdleError` in `brief_audio/speech/pool_slot.py:PoolSlot._ask` (most die between two
    utterances)
    and `self._submit` in `brief_audio/services/making/narration.py:Narrator._try_again`; each covers for the other.
    """
    worker = installation.start("scheduler")
    for least in (10, 30, 50):
        wait_until(lambda least=least: progress(database_of) >= least, f"{least} %")
        for child in speech_children(installation):
            os.kill(child, signal.SIGKILL)

    wait_until(lambda: progress(database_of) == 100, "the job to end")

    [attempts] = one(database_of, "SELECT attempt FROM audio_generation_job WHERE id = 2")
    assert attempts == 1
    assert installation.interrupt(worker) == 0
    assert_published_once(installation, database_of)


def test_postgresql_is_killed_while_speaking(installation: Product, database_of: Database, job: int) -> None:
    """Red without `except TryAgainError` in `brief_audio/services/work/attempt.py:Attempt.write`: it costs an
    attempt."""
    worker = installation.start("scheduler")
    wait_for_speech(database_of)
    [postmaster] = one(database_of, "SELECT pg_read_file('postmaster.pid')")
    os.kill(int(str(postmaster).splitlines()[0]), signal.SIGKILL)

    def is_done() -> bool:
        with suppress(Exception):
            return progress(database_of) == 100
        return False

    wait_until(is_done, "the job to end after the restart")
    [attempts] = one(database_of, "SELECT attempt FROM audio_generation_job WHERE id = 2")
    assert attempts == 1
    assert installation.interrupt(worker) == 0
    assert_published_once(installation, database_of)


def test_the_worker_is_killed_while_mastering(
    installation: Product, database_of: Database, job: int, let_leases_end: Callable[[], None]
) -> None:
    """Red without `scratch.sweep` in `scheduler/clock.py:Clock.tick`: the unfinished edition would stay."""
    worker = installation.start("scheduler")
    wait_until(lambda: list((installation.data_dir / "tmp").glob("*/edition*")) != [], "mastering to begin")
    worker.kill()
    worker.wait()
    before = narrations(installation)
    let_leases_end()

    finish_with_a_new_scheduler(installation)

    assert narrations(installation) == before
    assert_published_once(installation, database_of)


def test_the_worker_is_killed_between_storing_and_finishing(
    installation: Product, database_of: Database, job: int, let_leases_end: Callable[[], None]
) -> None:
    """Red without `_remove_other_attempts` in `brief_audio/services/making/edition.py:generate`."""
    before = editions(installation)
    with database_of.transaction(TransactionLimits(statement_seconds=0)) as session:
        # Whoever finishes must lock the brief: it waits for us, its files stored, its rendition not yet recorded.
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        session.execute(text("SELECT 1 FROM brief WHERE local_date = '2026-03-20' FOR NO KEY UPDATE"))
        worker = installation.start("scheduler")
        wait_until(lambda: len(editions(installation) - before) == 4, "the files to be stored")
        worker.kill()
        worker.wait()
    stored = editions(installation) - before
    let_leases_end()

    finish_with_a_new_scheduler(installation)

    assert editions(installation).isdisjoint(stored)
    assert_published_once(installation, database_of)


def test_a_busy_worker_honours_sigterm(installation: Product, database_of: Database, job: int) -> None:
    """Red without `charged=Job.charged - 1` in `brief_audio/db/making/jobs.py:release`."""
    worker = installation.start("scheduler")
    wait_for_speech(database_of)

    worker.terminate()

    assert worker.wait(25) == 0
    row = one(database_of, "SELECT status, attempt, charged FROM audio_generation_job WHERE id = 2")
    assert row == ("queued", 1, 0)
    finish_with_a_new_scheduler(installation)
    assert_published_once(installation, database_of)
