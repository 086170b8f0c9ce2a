"""Nobody joins a job that was asked to stop: it will publish nothing, and no live job would be left."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import Brief, Schedule, Tick
from brief_audio.db.work import Claim
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import StillCancellingError
from brief_audio.domain.jobs import QueueRules
from brief_audio.domain.schedule.ticks import TickState
from brief_audio.services.making.backfill import Outcome, backfill
from brief_audio.services.making.jobs import request_generation, retry
from brief_audio.services.schedules.due_runs import make_due_runs
from brief_audio.speech.base import SpeechService
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech


@pytest.fixture
def speech() -> Iterator[SpeechService]:
    made = ThreadSpeech(FaultyEngine())
    yield made
    made.close()


@pytest.fixture
def cancelling(database: Database, claim: Claim) -> Claim:
    """A claimed job whose end was asked for; its worker has yet to hear of it."""
    with database.transaction() as session:
        work.cancel(session, JOBS, claim.id, requested_by="ann")
    return claim


def ticks(database: Database) -> list[tuple[str, bool]]:
    with database.transaction() as session:
        found = session.execute(select(Tick)).scalars()
        return [(tick.state, tick.closed_at is None) for tick in found]


def test_a_night_waits_until_the_worker_has_let_go(
    database: Database, brief: Brief, cancelling: Claim, speech: SpeechService
) -> None:
    """Red without `refuse_to_join_cancelled` in `brief_audio/db/making/enqueueing.py:enqueue`: it joined, and
    closed."""
    assert brief.local_date is not None
    now = utc_now().replace(year=2026, month=3, day=1, hour=5, minute=30, second=1)
    with database.transaction() as session:
        since = now - timedelta(hours=12)
        session.add(Schedule(show_id=brief.show_id, cron="30 5 * * *", time_zone="UTC", since=since))

    make_due_runs(database, speech, now=now, actor="test")
    before = ticks(database)
    with database.transaction() as session:
        work.end_cancelled(session, cancelling)
    [news] = make_due_runs(database, speech, now=now + timedelta(seconds=5), actor="test")

    assert (TickState.JOINED, False) not in before
    assert (news.state, news.job_id is not None) == (TickState.MADE, True)
    assert news.job_id != cancelling.id
    assert ticks(database) == [(TickState.MADE, False)]


@pytest.mark.parametrize("force", [False, True])
def test_who_asks_by_hand_is_told_to_ask_again(
    database: Database, brief: Brief, cancelling: Claim, speech: SpeechService, force: bool
) -> None:
    """Red without `refuse_to_join_cancelled` in `brief_audio/db/making/enqueueing.py:enqueue`."""

    def ask() -> int | None:
        return request_generation(
            database, brief.id, speech, rules=QueueRules(), force=force, requested_by="ann"
        ).job_id

    with pytest.raises(StillCancellingError, match=rf"job {cancelling.id} is being cancelled; try again"):
        ask()
    with database.transaction() as session:
        work.end_cancelled(session, cancelling)

    assert ask() not in {None, cancelling.id}


def test_who_retries_it_is_told_to_ask_again(database: Database, cancelling: Claim, rules: QueueRules) -> None:
    """Red without `refuse_to_join_cancelled` in `brief_audio/services/making/jobs.py:retry`."""
    with pytest.raises(StillCancellingError, match="try again"), database.transaction() as session:
        retry(session, cancelling.id, rules=rules, requested_by="ann")


def test_a_backfill_tells_it_and_makes_the_others(
    database: Database, brief: Brief, cancelling: Claim, make_brief: Callable[..., Brief], speech: SpeechService
) -> None:
    """Red without the `except` in `brief_audio/services/making/backfill.py:_enqueue`."""
    other = make_brief()
    assert brief.local_date is not None
    assert other.local_date is not None

    done = backfill(
        database,
        "dawn",
        brief.local_date,
        other.local_date,
        speech,
        rules=QueueRules(),
        now=utc_now().replace(year=2026, month=3, day=10),
        actor="test",
    )

    assert [(one.outcome, one.job_id is None) for one in done.dates] == [
        (Outcome.BEING_CANCELLED, True),
        (Outcome.MADE, False),
    ]
