"""`run` starts its worker whatever the queue says of the sample: no other may be there to make room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from brief_audio.bootstrap import Container
from brief_audio.cli.run import ask_for_sample
from brief_audio.config.settings import Settings
from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making.jobs import JOBS
from brief_audio.domain.jobs import QueueRules
from brief_audio.storage.local import LocalStore
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech


@pytest.fixture
def container(database: Database, tmp_path: Path) -> Iterator[Container]:
    """One whose queue has room for a single job."""
    speech = ThreadSpeech(FaultyEngine())
    yield Container(
        settings=Settings.from_env({"BRIEF_DATA_DIR": str(tmp_path)}, processors=2, needs_secret=False),
        db=database,
        store=LocalStore(tmp_path / "store"),
        speech=speech,
        rules=QueueRules(most_queued=1),
        voice_cards=(),
    )
    speech.close()


def test_a_full_queue_keeps_the_sample_waiting_and_not_the_start(container: Container, queued: int) -> None:
    """Red without `QueueFullError` in `brief_audio/cli/run.py:ask_for_sample`."""
    assert ask_for_sample(container) is None

    with container.db.transaction() as session:
        work.cancel(session, JOBS, queued, requested_by="ann")
    assert ask_for_sample(container) is not None


@pytest.mark.usefixtures("show")
def test_a_sample_that_is_being_cancelled_does_not_keep_the_start(container: Container) -> None:
    """Red without `StillCancellingError` in `brief_audio/cli/run.py:ask_for_sample`."""
    job_id = ask_for_sample(container)
    assert job_id is not None
    assert work.claim_next(container.db, JOBS, "a worker that died", container.rules)
    with container.db.transaction() as session:
        work.cancel(session, JOBS, job_id, requested_by="ann")

    assert ask_for_sample(container) is None
