"""What goes wrong in the workers is kept, whatever it was."""

from dataclasses import dataclass
from threading import Event

from sqlalchemy import select

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import ErrorGroup
from brief_audio.db.work import Claim
from brief_audio.domain.errors import MasteringError, StorageError
from brief_audio.domain.jobs import NarrationState, QueueRules
from brief_audio.services.making.edition import record_item
from brief_audio.services.making.edition_work import edition_work
from brief_audio.services.making.narration import ItemOutcome
from brief_audio.services.operations.error_log import met, record
from brief_audio.services.work.attempt import Attempt
from scheduler import turn
from scheduler.guard import guarded


@dataclass(frozen=True, slots=True)
class Parts:
    """What the end of an attempt reads of the container."""

    db: Database
    rules: QueueRules


def kept(db: Database) -> list[tuple[str, str, str, int | None]]:
    with db.transaction() as session:
        of = ErrorGroup
        found = session.execute(select(of.source, of.title, of.place, of.job_id).order_by(of.id))
        return [tuple(row) for row in found]


def end_with(parts: Parts, claim: Claim, error: MasteringError | StorageError, stop: Event) -> None:
    kind = edition_work(parts.rules, places=1)
    turn._fail_or_give_back(parts, kind, claim, error, stop)  # type: ignore[arg-type]


def test_an_attempt_that_ends_with_an_error_is_kept_with_its_job(
    database: Database, claim: Claim, rules: QueueRules
) -> None:
    end_with(Parts(database, rules), claim, MasteringError("the loudness is 3 LU off"), Event())

    assert kept(database) == [("worker", "The loudness is 3 LU off", "attempt at a job", claim.id)]


def test_what_the_store_refuses_a_worker_is_the_stores(database: Database, claim: Claim, rules: QueueRules) -> None:
    end_with(Parts(database, rules), claim, StorageError("the bucket is away"), Event())

    assert kept(database) == [("store", "The bucket is away", "attempt at a job", claim.id)]


def test_what_only_tells_of_our_stopping_is_not_kept(database: Database, claim: Claim, rules: QueueRules) -> None:
    stop = Event()
    stop.set()

    end_with(Parts(database, rules), claim, StorageError("the store was closed"), stop)

    assert kept(database) == []


def test_an_item_that_failed_is_kept_and_one_that_did_not_is_not(
    database: Database, claim: Claim, rules: QueueRules
) -> None:
    attempt = Attempt(database, claim, rules, Event())

    record_item(attempt, ItemOutcome(1, NarrationState.SPOKEN))
    record_item(attempt, ItemOutcome(2, NarrationState.FAILED, error="the voice ended by itself"))

    assert kept(database) == [("worker", "The voice ended by itself", "narration", claim.id)]


def test_a_surprise_is_kept_and_everything_else_goes_on(database: Database) -> None:
    with guarded("night 7", tell=lambda error: record(database, met(error, "nights"))) as surprise:
        raise KeyError("zone")

    assert isinstance(surprise.error, KeyError)
    assert kept(database) == [("worker", "KeyError: 'zone'", "nights", None)]
