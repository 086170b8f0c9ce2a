"""Asking for a job: one live job for each brief, with a copy of its text."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing, job_lookup
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Item, Voice
from brief_audio.domain.jobs import BACKFILL_PRIORITY, QueueRules


def test_a_second_request_gets_the_live_job(database: Database, brief: Brief, queued: int) -> None:
    with database.transaction() as session:
        again = enqueueing.enqueue(session, brief, requested_by="somebody else")

    assert again == enqueueing.Enqueued(queued, is_new=False)


def test_a_finished_job_makes_room_for_another(database: Database, brief: Brief, queued: int) -> None:
    with database.transaction() as session:
        work.cancel(session, JOBS, queued, requested_by="test")
        again = enqueueing.enqueue(session, brief, requested_by="test")

    assert again.is_new
    assert again.job_id != queued


def test_a_job_that_ends_between_the_two_looks_at_it_makes_room_for_another(
    database: Database, brief: Brief, queued: int
) -> None:
    """Red without the loop: the request would come back with nothing."""
    ended: list[int] = []

    def end_the_live_job(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "INSERT INTO audio_generation_job " in statement and not ended:
            ended.append(queued)
            with database.transaction() as other:
                work.cancel(other, JOBS, queued, requested_by="somebody else")

    event.listen(database.engine, "after_cursor_execute", end_the_live_job)
    try:
        with database.transaction() as session:
            made = enqueueing.enqueue(session, brief, requested_by="test")
    finally:
        event.remove(database.engine, "after_cursor_execute", end_the_live_job)

    assert ended == [queued]
    assert made.is_new
    assert made.job_id != queued


def test_the_job_holds_the_text_as_it_was(database: Database, brief: Brief, queued: int) -> None:
    with database.transaction() as session:
        session.execute(update(Item).values(headline="Edited", body="Later."))

    with database.transaction() as session:
        copied = [(row.position, row.headline, row.body, row.voice) for row in job_lookup.narrations(session, queued)]
        total = session.execute(select(Job.total_items)).scalar()

    assert copied == [(1, "Item 1", "Words.", "joe"), (2, "Item 2", "Words.", "joe")]
    assert total == 2


def test_an_item_with_a_voice_of_its_own_keeps_it(database: Database, brief: Brief) -> None:
    with database.transaction() as session:
        ann = Voice(
            name="ann", engine="coqui", language="en", rate_hz=22050, licence="", descends_from="", is_verified=False
        )
        session.add(ann)
        session.flush()
        session.execute(update(Item).where(Item.position == 2).values(voice_id=ann.id))
        made = enqueueing.enqueue(session, brief, requested_by="test")
        voices = [row.voice for row in job_lookup.narrations(session, made.job_id)]

    assert voices == ["joe", "ann"]


def test_the_database_itself_refuses_a_second_live_job(database: Database, brief: Brief, queued: int) -> None:
    second = insert(Job).values(brief_id=brief.id, brief_title="", requested_by="bug")

    with pytest.raises(IntegrityError, match="uq_audio_generation_job_live"), database.transaction() as session:
        session.execute(second)


def test_every_request_gets_a_job_while_others_end_them(database: Database, make_brief: Callable[..., Brief]) -> None:
    brief = make_brief(1)
    rules = QueueRules()

    def ask(_: int) -> int:
        with database.transaction() as session:
            return enqueueing.enqueue(session, brief, requested_by="asker").job_id

    def end(_: int) -> None:
        claimed = work.claim_next(database, JOBS, "ender", rules)
        if claimed:
            with database.transaction() as session:
                work.finish(session, claimed)

    with ThreadPoolExecutor(6) as pool:
        enders = [pool.submit(end, number) for number in range(150)]
        asked = list(pool.map(ask, range(150)))
        for ender in enders:
            ender.result()

    assert all(asked)
    with database.transaction() as session:
        assert session.execute(select(func.count()).select_from(Job)).scalar() == len(set(asked))


def test_a_brief_without_items_still_gets_a_job_that_can_say_so(
    database: Database, make_brief: Callable[..., Brief]
) -> None:
    with database.transaction() as session:
        made = enqueueing.enqueue(session, make_brief(0), requested_by="test")
        assert session.execute(select(Job.total_items).where(Job.id == made.job_id)).scalar() == 0


def test_whoever_asks_for_a_job_that_waits_for_its_next_attempt_has_it_now(
    database: Database, brief: Brief, queued: int
) -> None:
    """Red without `run_after` in `brief_audio/db/making/enqueueing.py:_move_up`."""
    with database.transaction() as session:
        session.execute(update(Job).values(run_after=func.now() + timedelta(minutes=15)))

    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="backfill", priority=BACKFILL_PRIORITY)
    assert work.claim_next(database, JOBS, "worker", QueueRules()) is None
    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="somebody")

    claimed = work.claim_next(database, JOBS, "worker", QueueRules())
    assert claimed is not None
    assert claimed.id == queued
