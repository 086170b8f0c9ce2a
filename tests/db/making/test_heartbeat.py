"""The heartbeat keeps a lease alive while its attempt works, and says when it is lost."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import event, func, select, update

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief
from brief_audio.db.work import Claim
from brief_audio.domain.errors import BriefAudioError, LeaseLostError, StoppingError
from brief_audio.domain.jobs import NIGHT_PRIORITY, QueueRules
from brief_audio.services.work.attempt import Attempt
from scheduler.heartbeat import Heart

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

    with Heart(look_seconds=0.02) as heart, heart.beating(attempt_of(database, claim)):
        waited = Event()
        while lease(database) < timedelta(seconds=3) and not waited.wait(0.05):
            pass

    assert lease(database) > timedelta(seconds=3)


def test_a_lease_that_somebody_else_holds_ends_the_attempt(database: Database, claim: Claim) -> None:
    attempt = attempt_of(database, claim)
    with database.transaction() as session:
        session.execute(update(Job).values(attempt=Job.attempt + 1))

    with Heart(look_seconds=0.02) as heart, heart.beating(attempt):
        assert attempt.lease_lost.wait(PATIENCE_SECONDS)

    with pytest.raises(LeaseLostError):
        attempt.check()


def test_a_database_that_is_away_for_the_length_of_a_lease_ends_the_attempt(claim: Claim) -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none", name="away")
    rules = QueueRules(lease=timedelta(seconds=0.3), heartbeat=timedelta(seconds=0.05))
    attempt = attempt_of(nowhere, claim, rules)

    with Heart(look_seconds=0.02) as heart, heart.beating(attempt):
        Event().wait(rules.lease.total_seconds() * 2)

        with pytest.raises(LeaseLostError):
            attempt.check()

    nowhere.close()


def test_after_a_beat_without_an_answer_the_next_comes_soon(claim: Claim) -> None:
    """Red without `AGAIN_AFTER_SECONDS` in `scheduler/heartbeat.py:Heart`."""
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none", name="away")
    clock, beats, third = [0.0], [], Event()

    def connect(*_: object) -> None:
        beats.append(clock[0])
        if len(beats) == 3:
            third.set()

    event.listen(nowhere.engine, "do_connect", connect)
    attempt = Attempt(nowhere, claim, QueueRules(), stop=Event(), monotonic=lambda: clock[0])
    with Heart(look_seconds=0.001) as heart, heart.beating(attempt):
        while not third.wait(0.02):
            clock[0] += 0.25

    assert beats == pytest.approx([15.0, 16.0, 17.0], abs=0.5)
    nowhere.close()


def test_one_heart_beats_for_one_attempt_after_the_other(
    database: Database, make_brief: Callable[..., Brief], rules: QueueRules
) -> None:
    """Red without `self._attempt = None` in `scheduler/heartbeat.py:Heart.beating`: the first's job would be lost."""
    claims = []
    for worker in ("worker-1", "worker-2"):
        with database.transaction() as session:
            enqueueing.enqueue(session, make_brief(), requested_by="test")
        claims.append(work.claim_next(database, JOBS, worker, rules))
    first, second = (attempt_of(database, claim) for claim in claims if claim is not None)

    with Heart(look_seconds=0.02) as heart:
        with heart.beating(first):
            pass
        with database.transaction() as session:
            session.execute(update(Job).values(attempt=Job.attempt + 1))
        with heart.beating(second):
            assert second.lease_lost.wait(PATIENCE_SECONDS)

    assert not first.lease_lost.is_set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_heart_that_ended_takes_its_attempt_with_it(claim: Claim) -> None:
    """Red without `finally` in `scheduler/heartbeat.py:Heart._run`."""
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none", name="away")
    attempt = attempt_of(nowhere, claim)

    def end(*_: object) -> None:
        raise RuntimeError("nobody foresaw this")

    event.listen(nowhere.engine, "do_connect", end)

    with Heart(look_seconds=0.02) as heart, heart.beating(attempt):
        assert attempt.lease_lost.wait(PATIENCE_SECONDS)


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


def test_utterances_are_as_urgent_as_the_night_that_joined_their_job(
    database: Database, brief: Brief, claim: Claim, rules: QueueRules
) -> None:
    """Red without `_priority` in `brief_audio/services/work/attempt.py:progress`."""
    attempt = Attempt(database, claim, rules, stop=Event())
    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="night", priority=NIGHT_PRIORITY)

    attempt.progress(1)

    assert attempt.priority == NIGHT_PRIORITY
