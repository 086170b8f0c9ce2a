"""A job seen from the database while something is done to its worker, and what it has come to in the end."""

from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from tests.e2e.faults.friday import Edition, Friday
from tests.e2e.product import wait_until

FINAL = {"completed", "failed", "cancelled"}


def status_of(database: Database, job_id: int) -> str:
    return str(_column(database, job_id, "status"))


def progress_of(database: Database, job_id: int) -> int:
    return int(str(_column(database, job_id, "progress")))


def wait_for_progress(database: Database, job_id: int, least: int = 15) -> None:
    """Return once that much of the job is spoken, well before it is all."""
    wait_until(lambda: progress_of(database, job_id) >= least, f"{least} % of job {job_id}")
    assert progress_of(database, job_id) < 90, "too late to break anything"


def wait_until_final(database: Database, job_id: int, seconds: float = 200) -> None:
    wait_until(lambda: status_of(database, job_id) in FINAL, f"the end of job {job_id}", seconds)


def count_events(database: Database, job_id: int, kind: str) -> int:
    with database.transaction() as session:
        query = text("SELECT count(*) FROM event WHERE job_id = :id AND kind = :kind")
        return int(session.execute(query, {"id": job_id, "kind": kind}).scalar_one())


def assert_published_once(friday: Friday, *, attempt: int) -> Edition:
    """See that the newest job ended in that attempt, and that its one edition is whole and all there is."""
    edition = friday.published(1)
    job = friday.job()
    assert job.attempt == attempt
    for kind in ("job.completed", "rendition.published"):
        assert count_events(friday.database, job.number, kind) == 1, kind
    return edition


def _column(database: Database, job_id: int, name: str) -> object:
    with database.transaction() as session:
        query = text(f"SELECT {name} FROM audio_generation_job WHERE id = :id")
        return session.execute(query, {"id": job_id}).scalar_one()
