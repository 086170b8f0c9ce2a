"""A brief's row that somebody holds `FOR UPDATE`, which every event about it waits for, holds up its own job only.

Red without `FOR KEY SHARE OF brief SKIP LOCKED` in `migrations/versions/0008_claim_and_finish.py:CLAIM_JOB` and
`brief_audio/db/making/jobs.py:rescue`.
"""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, text

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.time_limits import TransactionLimits
from brief_audio.db.making import enqueueing
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob, Brief
from brief_audio.domain.jobs import QueueRules


@pytest.fixture
def locked(database: Database, make_brief: Callable[..., Brief]) -> Iterator[int]:
    """The first of two queued jobs, whose brief is locked; the second's is not."""
    numbers = [enqueued(database, make_brief()) for _ in range(2)]
    with database.transaction() as session:
        brief_id = select(AudioGenerationJob.brief_id).where(AudioGenerationJob.id == numbers[0]).scalar_subquery()
        session.execute(select(Brief.id).where(Brief.id == brief_id).with_for_update())
        yield numbers[0]


def enqueued(database: Database, brief: Brief) -> int:
    with database.transaction() as session:
        return enqueueing.enqueue(session, brief, requested_by="test").job_id


def test_the_next_job_is_claimed(database: Database, locked: int) -> None:
    claim = work.claim_next(database, JOBS, "w", QueueRules())

    assert claim is not None
    assert claim.id == locked + 1


def test_the_next_job_is_rescued(database: Database, locked: int) -> None:
    with database.transaction() as session:
        let_die = "status = 'processing', attempt = 1, charged = 1, lease_until = now() - interval '1 s'"
        session.execute(text(f"UPDATE audio_generation_job SET {let_die}"))

    with database.transaction(TransactionLimits(lock_seconds=0.001)) as session:
        rescued = work.rescue(session, JOBS, QueueRules(), actor="test")

    assert rescued == [locked + 1]
