"""The history says when mastering and storing began, in the transaction that says how far the job is."""

from sqlalchemy import select

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import Event
from brief_audio.db.work import Claim


def kinds(database: Database, job_id: int) -> list[tuple[str, int | None]]:
    with database.transaction() as session:
        found = select(Event.kind, Event.attempt).where(Event.job_id == job_id).order_by(Event.id)
        return [(row[0], row[1]) for row in session.execute(found)]


def test_what_begins_is_an_event_of_its_attempt(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        work.note_progress(session, claim, 95, begins="mastering")

    assert kinds(database, claim.id)[-1] == ("job.mastering", 1)


def test_nothing_begins_in_a_job_that_was_cancelled(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        work.cancel(session, JOBS, claim.id, requested_by="test")

    with database.transaction() as session:
        assert work.note_progress(session, claim, 95, begins="mastering").is_cancel_requested

    assert kinds(database, claim.id)[-1] == ("job.cancel_requested", None)
