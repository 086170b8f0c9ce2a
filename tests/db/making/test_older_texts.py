"""A job holds a copy of its brief's text: nobody who asks after an edit is given the text before it unawares."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import select, update

from brief_audio.db import work
from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing, jobs
from brief_audio.db.making.enqueueing import Enqueued
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Event, Item, ItemNarration, Schedule, Show, Tick
from brief_audio.db.work import Claim
from brief_audio.domain import jobs as domain_jobs
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.jobs import QueueRules
from brief_audio.services.making.jobs import Requested, request_generation
from brief_audio.services.schedules.due_runs import make_due_runs
from brief_audio.speech.base import SpeechService
from tests.unit.services.fake_speech import FakeSpeech

DAY = date(2026, 6, 2)
DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)


def edit(database: Database, brief: Brief, body: str = "Other words.") -> None:
    with database.transaction() as session:
        briefs.replace_items(session, briefs.lock(session, brief.id), [Item(headline="One", body=body)])


def ask(database: Database, brief: Brief) -> Enqueued:
    with database.transaction() as session:
        return enqueueing.enqueue(session, briefs.lock(session, brief.id), requested_by="an editor")


def force(database: Database, brief: Brief) -> Requested:
    speech = cast("SpeechService", FakeSpeech())
    return request_generation(database, brief.id, speech, rules=QueueRules(), force=True, requested_by="an editor")


def claim(database: Database) -> Claim:
    claimed = work.claim_next(database, JOBS, "worker", QueueRules())
    assert claimed is not None
    return claimed


def bodies(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.execute(select(ItemNarration.body).order_by(ItemNarration.position)).scalars())


def takes(database: Database) -> set[int]:
    with database.transaction() as session:
        return set(session.execute(select(ItemNarration.take)).scalars())


def count_renewals(database: Database) -> int:
    with database.transaction() as session:
        return len(session.execute(select(Event.id).where(Event.kind == "job.renewed")).all())


def test_a_job_that_waits_gets_the_text_of_now(database: Database, brief: Brief, queued: int) -> None:
    """Red without `_renew` in `brief_audio/db/making/enqueueing.py:enqueue`."""
    edit(database, brief)

    found = ask(database, brief)

    assert found == Enqueued(queued, is_new=False)
    assert bodies(database) == ["Other words."]
    with database.transaction() as session:
        assert session.execute(select(Job.total_items)).scalar_one() == 1


def test_a_job_that_was_given_back_gets_it_too(database: Database, brief: Brief, queued: int) -> None:
    """Red without `completed_items=0` in `brief_audio/db/making/enqueueing.py:_renew`."""
    held = claim(database)
    with database.transaction() as session:
        for position in (1, 2):
            jobs.record_narration(session, held, position, domain_jobs.NarrationState.SPOKEN)
        work.release(session, held)
    edit(database, brief)

    assert ask(database, brief) == Enqueued(queued, is_new=False)

    assert claim(database).attempt == 2
    assert bodies(database) == ["Other words."]


def test_a_job_in_hand_says_that_its_text_is_older(database: Database, brief: Brief, queued: int) -> None:
    """Red without the status in `brief_audio/db/making/enqueueing.py:_renew`."""
    claim(database)
    edit(database, brief)

    found = ask(database, brief)

    assert found == Enqueued(queued, is_new=False, is_outdated=True)
    assert bodies(database) == ["Words.", "Words."]


def test_an_unchanged_text_is_not_copied_again(database: Database, brief: Brief, queued: int) -> None:
    edit(database, brief)
    ask(database, brief)

    found = ask(database, brief)

    assert not found.is_outdated
    assert count_renewals(database) == 1


def test_everything_is_spoken_again_by_a_job_that_waits(database: Database, brief: Brief, queued: int) -> None:
    """Red without `updated_at` in `brief_audio/db/briefs/briefs.py:take_again`."""
    asked = force(database, brief)

    assert (asked.job_id, asked.is_new) == (queued, False)
    assert takes(database) == {1}


def test_a_job_in_hand_cannot_be_made_to_speak_everything_again(database: Database, brief: Brief, queued: int) -> None:
    """Red without the `ConflictError` in `brief_audio/services/making/jobs.py:_queued`."""
    claim(database)

    with pytest.raises(ConflictError, match="wait until it has ended"):
        force(database, brief)

    with database.transaction() as session:
        assert set(session.execute(select(Item.take)).scalars()) == {0}


def test_a_night_waits_for_a_job_with_an_older_text(
    database: Database, show: Show, make_brief: Callable[..., Brief]
) -> None:
    """Red without `is_outdated` in `brief_audio/services/schedules/due_runs.py:_came`."""
    brief = make_brief()
    with database.transaction() as session:
        session.execute(update(Brief).where(Brief.id == brief.id).values(local_date=DAY))
        session.add(Schedule(show_id=show.id, cron="30 5 * * *", time_zone="UTC", since=DUE - timedelta(hours=17)))
    first = ask(database, brief)
    held = claim(database)
    edit(database, brief)

    while_in_hand = make_due_runs(database, FakeSpeech(), now=DUE, actor="test")
    with database.transaction() as session:
        work.fail(session, held, "no", permanent=True, rules=QueueRules())
    afterwards = make_due_runs(database, FakeSpeech(), now=DUE, actor="test")

    assert [(night.state, night.job_id) for night in while_in_hand] == [("joined", first.job_id)]
    assert [night.state for night in afterwards] == ["made"]
    with database.transaction() as session:
        made = session.execute(select(Tick.job_id)).scalar_one()
        query = select(ItemNarration.body).where(ItemNarration.job_id == made)
        assert session.execute(query).scalars().all() == ["Other words."]
    assert made != first.job_id
