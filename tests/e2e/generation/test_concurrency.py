"""A worker with several jobs in hand: what it takes, what it keeps free, and what it gives back."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select

from brief_audio.bootstrap import Container
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.domain.audio import Sound
from brief_audio.domain.jobs import BACKFILL_PRIORITY, MANUAL_PRIORITY, NIGHT_PRIORITY
from brief_audio.services.making.jobs import request_generation
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.pool import SpeechPool
from scheduler.turn import run_one
from scheduler.worker import Worker
from tests.e2e.generation.counted_engine import CountedEngine
from tests.e2e.generation.thread_speech import FaultyEngine
from tests.e2e.product import wait_until

pytestmark = pytest.mark.slow


class GatedEngine(FaultyEngine):
    """Speaks nothing before its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Event()
        self.urgencies: list[tuple[int, int]] = []

    def speak(self, request: SpeechRequest) -> Sound:
        self.urgencies.append((request.priority, request.turn))
        assert self.gate.wait(120)
        return super().speak(request)


@pytest.fixture
def engine() -> GatedEngine:
    return GatedEngine()


@pytest.fixture
def start_worker(engine: GatedEngine) -> Iterator[Callable[[Container], Worker]]:
    """Start a worker that has ended when the test has."""
    started: list[Worker] = []

    def start(container: Container) -> Worker:
        worker = Worker(container)
        started.append(worker)
        worker.start()
        return worker

    yield start
    engine.gate.set()
    for worker in started:
        worker.stop()
        worker.join(60)
        assert not worker.is_alive


def ask(container: Container, brief_id: int, priority: int = MANUAL_PRIORITY) -> None:
    request_generation(
        container.db,
        brief_id,
        container.speech,
        rules=container.rules,
        force=False,
        requested_by="test",
        priority=priority,
    )


def in_state(container: Container, status: str) -> Counter[int]:
    """Count the jobs that stand so by their priority."""
    with container.db.transaction() as session:
        return Counter(session.execute(select(Job.priority).where(Job.status == status)).scalars())


def test_three_jobs_are_in_hand_at_once_and_all_are_given_back_uncharged(
    container: Container, make_brief: Callable[..., int], start_worker: Callable[[Container], Worker]
) -> None:
    """Red with one place only, or with a stop that only the first hears, in `scheduler/worker.py:Worker`."""
    for number in range(4):
        ask(container, make_brief(f"Number {number}."))

    worker = start_worker(container)
    wait_until(lambda: in_state(container, "processing").total() == 3, "three jobs in hand")
    worker.stop()
    worker.join(60)

    assert not any(place.is_alive for places in worker._places.values() for place in places)
    with container.db.transaction() as session:
        rows = session.execute(select(Job.status, Job.attempt, Job.charged).order_by(Job.attempt)).all()
    assert [tuple(row) for row in rows] == [("queued", 0, 0)] + 3 * [("queued", 1, 0)]


def test_a_night_is_taken_at_once_while_all_else_is_busy_with_backfill(
    container: Container, make_brief: Callable[..., int], start_worker: Callable[[Container], Worker]
) -> None:
    """Red where every place of a worker takes backfill."""
    for number in range(4):
        ask(container, make_brief(f"Long ago {number}."), BACKFILL_PRIORITY)
    worker = start_worker(container)
    wait_until(lambda: in_state(container, "processing")[BACKFILL_PRIORITY] >= 2, "two backfills in hand")

    ask(container, make_brief("This morning."), NIGHT_PRIORITY)
    worker.wake()

    wait_until(lambda: in_state(container, "processing")[NIGHT_PRIORITY] == 1, "the night to be taken")
    assert in_state(container, "processing") == {BACKFILL_PRIORITY: 2, NIGHT_PRIORITY: 1}
    assert in_state(container, "queued") == {BACKFILL_PRIORITY: 2}


def test_one_word_is_enough_for_every_job_that_waits(
    container: Container, make_brief: Callable[..., int], start_worker: Callable[[Container], Worker]
) -> None:
    """Red where a place that has found work does not wake the next one."""
    worker = start_worker(replace(container, settings=replace(container.settings, poll_seconds=300.0)))
    ask(container, make_brief("The first."))
    worker.wake()
    wait_until(lambda: in_state(container, "processing").total() == 1, "the first to be taken")
    for number in range(2):
        ask(container, make_brief(f"One of two: {number}."))

    worker.wake()

    wait_until(lambda: in_state(container, "processing").total() == 3, "the others to be taken, too")


def test_a_worker_with_one_place_takes_backfill_too(
    container: Container, make_brief: Callable[..., int], start_worker: Callable[[Container], Worker]
) -> None:
    """Red without `or places == 1` in `scheduler/worker.py:Worker`: no backfill would ever be made."""
    ask(container, make_brief("Long ago."), BACKFILL_PRIORITY)

    start_worker(replace(container, settings=replace(container.settings, concurrency=1)))

    wait_until(lambda: in_state(container, "processing")[BACKFILL_PRIORITY] == 1, "the backfill to be taken")


def test_jobs_at_once_share_the_speech_children(
    container: Container, make_brief: Callable[..., int], start_worker: Callable[[Container], Worker], tmp_path: Path
) -> None:
    """Red where `scheduler/worker.py:_Place` comes to build speech of its own."""
    (spoke := tmp_path / "spoke").mkdir()
    for number in range(3):
        ask(container, make_brief(*(f"Of brief {number}. Item {item}." for item in range(3))))
    pool = SpeechPool(partial(CountedEngine, spoke), 2)

    worker = start_worker(replace(container, speech=pool))
    wait_until(lambda: in_state(container, "completed").total() == 3, "three editions", 120)
    worker.stop()
    worker.join(60)
    pool.close()

    processes = {int(path.name) for path in spoke.iterdir()}
    assert 1 <= len(processes) <= 2
    assert os.getpid() not in processes


@pytest.mark.parametrize("priority", [NIGHT_PRIORITY, BACKFILL_PRIORITY])
def test_utterances_are_as_urgent_as_their_job(
    container: Container, make_brief: Callable[..., int], engine: GatedEngine, priority: int
) -> None:
    """Red without `priority` or `turn` in `brief_audio/services/making/narration.py:_submit`."""
    engine.gate.set()
    ask(container, make_brief("One. Two."), priority)

    assert run_one(container, Event())

    with container.db.transaction() as session:
        [job_id] = session.execute(select(Job.id)).scalars()
    assert set(engine.urgencies) == {(priority, job_id)}
