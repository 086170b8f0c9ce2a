"""The heartbeat keeps a lease alive while its attempt works, and says when it is lost."""

from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import func, select, update

from brief_audio.db.engine import Database
from brief_audio.db.jobs import Claim
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.domain.errors import BriefAudioError, LeaseLostError, StoppingError
from brief_audio.domain.jobs import QueueRules
from brief_audio.services.attempt import Attempt
from scheduler.heartbeat import Heartbeat

PATIENCE_SECONDS = 20
QUICK = QueueRules(lease=timedelta(seconds=5), heartbeat=timedelta(seconds=0.05))


def attempt_of(database: Database, claim: Claim, rules: QueueRules = QUICK) -> Attempt:
    return Attempt(database, claim, rules, stop=Event())


def lease(database: Database) -> timedelta:
    with database.transaction() as session:
        left: timedelta = session.execute(select(Job.lease_until - func.now())).scalar_one()
        return left


def test_a_lease_is_extended_again_and_again(database: Database, claim: Claim) -> None:
    with database.transaction() as session:
        session.execute(update(Job).values(lease_until=func.now() - timedelta(seconds=1)))

    with Heartbeat(attempt_of(database, claim)):
        waited = Event()
        while lease(database) < timedelta(seconds=3) and not waited.wait(0.05):
            pass

    assert lease(database) > timedelta(seconds=3)


def test_a_lease_that_somebody_else_holds_ends_the_attempt(database: Database, claim: Claim) -> None:
    attempt = attempt_of(database, claim)
    with database.transaction() as session:
        session.execute(update(Job).values(attempt=Job.attempt + 1))

    with Heartbeat(attempt):
        assert attempt.lease_lost.wait(PATIENCE_SECONDS)

    with pytest.raises(LeaseLostError):
        attempt.check()


def test_a_database_that_is_away_for_the_length_of_a_lease_ends_the_attempt(claim: Claim) -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none", name="away")
    rules = QueueRules(lease=timedelta(seconds=0.3), heartbeat=timedelta(seconds=0.05))
    attempt = attempt_of(nowhere, claim, rules)

    with Heartbeat(attempt):
        Event().wait(rules.lease.total_seconds() * 2)

        with pytest.raises(LeaseLostError):
            attempt.check()

    nowhere.close()


def test_an_attempt_ends_when_its_worker_stops(database: Database, claim: Claim) -> None:
    attempt = attempt_of(database, claim)
    attempt.stop.set()

    with pytest.raises(StoppingError):
        attempt.check()


def test_an_attempt_has_half_an_hour(database: Database, claim: Claim) -> None:
    seconds = iter([0.0, 1800.0, 1800.5])
    rules = QueueRules(lease=timedelta(hours=1))
    attempt = Attempt(database, claim, rules, stop=Event(), monotonic=lambda: next(seconds))

    attempt.check()
    with pytest.raises(BriefAudioError, match="longer than 30 minutes"):
        attempt.check()
