"""Told to stop while a store fails or says nothing: the job is given back, uncharged, and nothing is waited for."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Row, select

from brief_audio.bootstrap import Container
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.domain.errors import StorageError
from brief_audio.services.making import jobs
from brief_audio.storage.base import StoredObject
from brief_audio.storage.local import LocalStore
from scheduler.clock import Clock
from scheduler.turn import run_one
from scheduler.worker import Worker

pytestmark = pytest.mark.slow


def ask(container: Container, brief_id: int) -> None:
    jobs.request_generation(
        container.db, brief_id, container.speech, rules=container.rules, force=False, requested_by="test"
    )


def job_of(container: Container) -> Row[str, int, int, str | None]:
    with container.db.transaction() as session:
        return session.execute(select(Job.status, Job.attempt, Job.charged, Job.error)).one()


class FallingStore(LocalStore):
    """A store that fails in the moment in which the worker is told to stop."""

    stop: Event

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:
        self.stop.set()
        raise StorageError("storing it: Google Cloud Storage answered 503 (given up after 1 try)")


def test_a_failure_while_stopping_gives_the_job_back_uncharged(
    container: Container, make_brief: Callable[..., int]
) -> None:
    ask(container, make_brief("One."))
    store = FallingStore(container.settings.data_dir / "store")
    store.stop = Event()

    assert run_one(replace(container, store=store), store.stop)

    assert tuple(job_of(container)) == ("queued", 1, 0, None)


class StalledStore(LocalStore):
    """A store one of whose requests is not answered until the test ends."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.was_asked = Event()
        self.answers = Event()

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:
        self.was_asked.set()
        self.answers.wait(60)
        return super().put(name, source, content_type)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        self.was_asked.set()
        self.answers.wait(60)
        return super().list(prefix)


def test_a_worker_that_a_request_holds_up_loses_its_job_uncharged(
    container: Container, make_brief: Callable[..., int]
) -> None:
    ask(container, make_brief("One."))
    store = StalledStore(container.settings.data_dir / "store")
    worker = Worker(replace(container, store=store))
    worker.start()
    assert store.was_asked.wait(60)

    worker.stop()
    worker.join(0.1)

    assert tuple(job_of(container)) == ("queued", 1, 0, None)
    store.answers.set()
    worker.join()
    assert not worker.is_alive
    assert tuple(job_of(container)) == ("queued", 1, 0, None)


def test_a_worker_that_holds_no_job_just_ends(container: Container) -> None:
    worker = Worker(container)
    worker.join()
    worker.start()

    worker.stop()
    worker.join()

    assert not worker.is_alive


def test_a_sweep_that_a_request_holds_up_is_left_behind(container: Container) -> None:
    store = StalledStore(container.settings.data_dir / "store")
    clock = Clock(replace(container, store=store), wake=lambda: None, first_sweep_after=timedelta(0))
    clock.start()
    assert store.was_asked.wait(60)

    clock.stop()

    assert not store.answers.is_set()
    store.answers.set()
