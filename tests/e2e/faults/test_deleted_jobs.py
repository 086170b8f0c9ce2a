"""A job's row is deleted while it is worked on: nothing of it is published, and the worker goes on with the next.

Red without the `LeaseLostError` in `brief_audio/db/making/jobs.py:_held`, which every fenced write meets.
"""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from brief_audio.db.connection.time_limits import TransactionLimits
from tests.e2e.faults.friday import BRIEF, Friday
from tests.e2e.faults.watching import wait_for_progress, wait_until_final
from tests.e2e.product import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_the_worker_goes_on_with_the_next_job(outcome: Friday, job: int, tmp_path: Path) -> None:
    before = editions(outcome)
    worker = outcome.product.start("scheduler")
    wait_for_progress(outcome.database, job)

    delete(outcome, job)
    wait_until(lambda: list((outcome.product.data_dir / "tmp").iterdir()) == [], "the worker to stop")

    assert editions(outcome) == before
    saturday = ask_for_saturday(outcome, tmp_path)
    wait_until_final(outcome.database, saturday)
    assert outcome.product.interrupt(worker) == 0
    assert outcome.job().status == "completed"
    assert {name.rpartition("-")[0].rpartition("/")[2] for name in editions(outcome) - before} == {f"0001-{saturday}.1"}
    assert list((outcome.product.data_dir / "tmp").iterdir()) == []


def test_the_row_goes_when_everything_is_stored(outcome: Friday, job: int) -> None:
    """The last moment: the rendition's files lie in the store, and the finish waits for the brief's lock."""
    with outcome.database.transaction(TransactionLimits(statement_seconds=0)) as session:
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        session.execute(text("SELECT 1 FROM brief WHERE local_date = '2026-03-20' FOR NO KEY UPDATE"))
        worker = outcome.product.start("scheduler")
        wait_until(lambda: f"-{job}.1-" in " ".join(editions(outcome)), "the files to be stored")
        wait_until(lambda: "trying again" in outcome.product.talk, "the finish to wait for the lock")
        delete(outcome, job)

    wait_until(lambda: "nothing was published" in outcome.product.talk, "the worker, or its heartbeat, to notice")

    assert outcome.product.interrupt(worker) == 0
    assert outcome.edition() is None
    assert list((outcome.product.data_dir / "tmp").iterdir()) == []


def test_who_waits_for_a_deleted_job_is_told(outcome: Friday, job: int) -> None:
    command = outcome.product.start("generate", BRIEF, "--wait")
    wait_for_progress(outcome.database, job)

    delete(outcome, job)

    assert command.wait(60) == 3
    assert f"there is no job {job}" in outcome.product.talk
    assert outcome.edition() is None
    assert list((outcome.product.data_dir / "tmp").iterdir()) == []


def delete(friday: Friday, job: int) -> None:
    with friday.database.transaction() as session:
        session.execute(text("DELETE FROM audio_generation_job WHERE id = :id"), {"id": job})


def editions(friday: Friday) -> set[str]:
    return {stored.name for stored in friday.store.list("shows/")}


def ask_for_saturday(friday: Friday, folder: Path) -> int:
    """Queue a job for a short brief of the day after."""
    item = {"headline": "The fair opens.", "body": "It closes on Sunday."}
    brief = {"show": "morning-brief", "date": "2026-03-21", "title": "Saturday", "items": [item]}
    (folder / "saturday.json").write_text(json.dumps(brief), encoding="utf-8")
    assert friday.product.command("briefs", "import", str(folder / "saturday.json")).returncode == 0
    return int(friday.product.command("generate", "morning-brief/2026-03-21").stdout)
