"""A word to every worker the moment a job may be taken; what is lost with a line is looked for on the next."""

import select
import threading
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, text, update
from sqlalchemy import select as query

from brief_audio.db import work
from brief_audio.db.connection import wakeups
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief
from brief_audio.db.work import Claim
from brief_audio.domain.jobs import NIGHT_PRIORITY, QueueRules
from brief_audio.services.making.jobs import retry
from scheduler.wakeup_listener import Listener

PATIENCE_SECONDS = 60.0
END_LINES = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'")


class Ear:
    """Hears each word that a listener hears."""

    def __init__(self) -> None:
        self._words = threading.Semaphore(0)
        self.kinds: Collection[str] = ()

    def wake(self, kinds: Collection[str]) -> None:
        self.kinds = kinds
        self._words.release()

    def hears(self) -> bool:
        """Wait for one more word."""
        return self._words.acquire(timeout=PATIENCE_SECONDS)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def listener(database: Database, ear: Ear) -> Iterator[Listener]:
    """One that listens: its first word, for what was queued before, was heard."""
    made = Listener(database, ear.wake, again_after_seconds=0.1)
    made.start()
    assert ear.hears()
    yield made
    made.stop()
    made.join(PATIENCE_SECONDS)
    assert not made.is_alive


def words_so_far(database: Database, line: wakeups.WakeupConnection) -> list[str]:
    """Return the words that came before this one: they come in the order of their commits."""
    with database.transaction() as session:
        session.execute(text("SELECT pg_notify(:channel, 'the last')"), {"channel": wakeups.CHANNEL})
    came: list[str] = []
    while "the last" not in came:
        assert select.select([line.connection], [], [], PATIENCE_SECONDS)[0]
        line.connection.poll()
        came = [word.payload for word in line.connection.notifies]
    return came[:-1]


@pytest.mark.usefixtures("listener")
def test_a_queued_job_is_heard_of(database: Database, ear: Ear, brief: Brief) -> None:
    """Red without `wakeups.tell` in `brief_audio/db/making/enqueueing.py:enqueue`."""
    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="test")

    assert ear.hears()
    assert ear.kinds == {"job"}


def test_a_job_that_moves_up_is_heard_of(
    database: Database, ear: Ear, brief: Brief, queued: int, listener: Listener
) -> None:
    """Red without `wakeups.tell` in `brief_audio/db/making/enqueueing.py:_move_up`."""
    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="night", priority=NIGHT_PRIORITY)

    assert ear.hears()


def test_a_released_job_is_heard_of(database: Database, ear: Ear, claim: Claim, listener: Listener) -> None:
    """Red without `wakeups.tell` in `brief_audio/db/making/jobs.py:_requeue`."""
    with database.transaction() as session:
        work.release(session, claim)

    assert ear.hears()


def test_a_job_that_is_rescued_at_once_is_heard_of(
    database: Database, ear: Ear, claim: Claim, listener: Listener, rules: QueueRules
) -> None:
    """Red without `wakeups.tell` in `brief_audio/db/making/jobs.py:_requeue`."""
    with database.transaction() as session:
        session.execute(update(Job).values(lease_until=func.now() - timedelta(seconds=1)))

    with database.transaction() as session:
        assert work.rescue(session, JOBS, rules, actor="clock") == [claim.id]

    assert ear.hears()


def test_a_retry_is_heard_of(database: Database, ear: Ear, claim: Claim, listener: Listener, rules: QueueRules) -> None:
    """Red without `wakeups.tell` in `brief_audio/db/making/enqueueing.py:enqueue`."""
    with database.transaction() as session:
        work.fail(session, claim, "it cannot be", permanent=True, rules=rules)

    with database.transaction() as session:
        retry(session, claim.id, rules=rules, requested_by="ann")

    assert ear.hears()


def test_a_job_that_must_wait_wakes_nobody(database: Database, claim: Claim, rules: QueueRules) -> None:
    """Red with `wakeups.tell` outside its condition in `brief_audio/db/making/jobs.py:_requeue`."""
    with wakeups.listening(database) as line:
        with database.transaction() as session:
            work.fail(session, claim, "the store did not answer", permanent=False, rules=rules)

        assert words_so_far(database, line) == []


def test_nothing_is_heard_of_what_was_rolled_back(database: Database, brief: Brief) -> None:
    """Red where `brief_audio/db/connection/wakeups.py:wake_workers` comes to speak on a connection of its own."""
    with wakeups.listening(database) as line:
        with database.transaction() as session:
            enqueueing.enqueue(session, brief, requested_by="test")
            session.rollback()

        assert words_so_far(database, line) == []


def test_a_line_that_ends_is_replaced_and_nothing_is_lost_with_it(
    database: Database, make_brief: Callable[..., Brief]
) -> None:
    """Red without the first `_wake` in `scheduler/wakeup_listener.py:_listen`, or without the loop in `_run`."""
    seen: list[int] = []
    ear = Ear()

    def look(kinds: Collection[str]) -> None:
        with database.transaction() as session:
            seen[:] = session.execute(query(Job.id)).scalars()
        ear.wake(kinds)

    listener = Listener(database, look, again_after_seconds=0.1)
    listener.start()
    assert ear.hears()
    first, second = make_brief(), make_brief()

    with database.transaction() as session:
        session.execute(END_LINES)  # so that nobody listens when this commits
        made = enqueueing.enqueue(session, first, requested_by="test").job_id
    while made not in seen:
        assert ear.hears()
    with database.transaction() as session:
        later = enqueueing.enqueue(session, second, requested_by="test").job_id
    while later not in seen:
        assert ear.hears()

    listener.stop()
    listener.join(PATIENCE_SECONDS)
    assert not listener.is_alive


def test_a_listener_that_is_told_to_stop_ends(database: Database, ear: Ear) -> None:
    """Red without the pipe in `scheduler/wakeup_listener.py:stop`: it would end at the next word only."""
    listener = Listener(database, ear.wake)
    listener.start()
    assert ear.hears()

    listener.stop()
    listener.join(PATIENCE_SECONDS)

    assert not listener.is_alive
    with database.transaction() as session:
        lines = text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'")
        while session.execute(lines).scalar_one():
            session.execute(text("SELECT pg_sleep(0.05), pg_stat_clear_snapshot()"))
