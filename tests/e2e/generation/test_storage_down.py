"""A store that fails: what was published stays, what was spoken is kept, the reason is told, and it goes on later."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import BinaryIO

import pytest
from sqlalchemy import func, select, update

from brief_audio.bootstrap import Container
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Item, Rendition
from brief_audio.db.models import Event as EventRow
from brief_audio.domain.errors import StorageDeniedError, StorageError
from brief_audio.domain.object_names import narration_name
from brief_audio.services.briefs import lookup
from brief_audio.services.making import jobs
from brief_audio.storage.base import AudioStore, StoredObject
from scheduler.clock import Clock
from scheduler.turn import run_one
from tests.e2e.generation.thread_speech import FaultyEngine

pytestmark = pytest.mark.slow
DOWN = StorageError("storing it: Google Cloud Storage answered 503 (given up after 9 tries)")
SOUND, CAPTIONS, MANIFEST, NARRATION = ".mp3", ".vtt", ".manifest.json", ".flac"


class FailingStore:
    """A store that fails for the names that end in `suffix`, as often as it is told to."""

    def __init__(self, inner: AudioStore) -> None:
        self._inner = inner
        self.suffix = ""
        self.failures = 0
        self.error: StorageError = DOWN

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:
        self._fail(name)
        return self._inner.put(name, source, content_type)

    def open_range(self, name: str, start: int = 0, end: int | None = None) -> BinaryIO:
        self._fail(name)
        return self._inner.open_range(name, start, end)

    def stat(self, name: str) -> StoredObject:
        self._fail(name)
        return self._inner.stat(name)

    def delete(self, name: str) -> bool:
        self._fail(name)
        return self._inner.delete(name)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        self._fail(prefix)
        return self._inner.list(prefix)

    def signed_url(self, name: str, lifetime: timedelta) -> str | None:
        return self._inner.signed_url(name, lifetime)

    def place(self, name: str) -> str:
        return self._inner.place(name)

    def close(self) -> None:
        self._inner.close()

    def _fail(self, name: str) -> None:
        if self.failures and name.endswith(self.suffix):
            self.failures -= 1
            raise self.error


@pytest.fixture
def store(container: Container) -> FailingStore:
    return FailingStore(container.store)


@pytest.fixture
def product(container: Container, store: FailingStore) -> Container:
    """The product over the store that fails."""
    return replace(container, store=store)


def ask(product: Container, brief_id: int) -> int:
    requested = jobs.request_generation(
        product.db, brief_id, product.speech, rules=product.rules, force=False, requested_by="test"
    )
    assert requested.job_id is not None
    return requested.job_id


def job_of(product: Container, job_id: int) -> jobs.JobReport:
    with product.db.transaction() as session:
        return jobs.report(session, job_id)


def make_due(product: Container) -> None:
    with product.db.transaction() as session:
        session.execute(update(Job).values(run_after=func.now()))


def generate(product: Container, brief_id: int) -> jobs.JobReport:
    job_id = ask(product, brief_id)
    assert run_one(product, Event(), work_id=job_id)
    return job_of(product, job_id)


@pytest.mark.parametrize("suffix", [SOUND, CAPTIONS, MANIFEST])
def test_what_is_published_stays_and_the_job_tries_again_later(
    product: Container, store: FailingStore, make_brief: Callable[..., int], suffix: str
) -> None:
    brief_id = make_brief("The bridge opens early.")
    generate(product, brief_id)
    with product.db.transaction() as session:
        session.execute(update(Item).values(body="The bridge opens late."))
    store.suffix, store.failures = suffix, 1

    report = generate(product, brief_id)

    assert (report.status, report.attempt) == ("queued", 1)
    assert report.error == str(DOWN)
    with product.db.transaction() as session:
        waits = session.execute(select(Job.run_after - func.now()).where(Job.id == report.id)).scalar_one()
        published = session.execute(select(Brief.current_rendition_id)).scalar_one()
        [rendition] = session.execute(select(Rendition)).scalars()
        kinds = session.execute(select(EventRow.kind, EventRow.message).where(EventRow.job_id == report.id)).all()
    assert timedelta(seconds=10) < waits < timedelta(minutes=1)
    assert (rendition.id, rendition.state) == (published, "published")
    assert ("job.requeued", str(DOWN)) in [tuple(row) for row in kinds]


def test_the_next_attempt_speaks_nothing_twice(
    product: Container, store: FailingStore, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    brief_id = make_brief("The bridge opens early.", "Fares stay as they are.")
    store.suffix, store.failures = SOUND, 1
    job_id = generate(product, brief_id).id
    spoken = len(engine.spoken)
    make_due(product)

    assert run_one(product, Event())

    report = job_of(product, job_id)
    assert (report.status, report.attempt, report.error) == ("completed", 2, None)
    assert len(engine.spoken) == spoken
    assert {item.state for item in report.items} == {"spoken"}


def test_only_the_item_that_could_not_be_kept_is_spoken_again(
    product: Container, store: FailingStore, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    brief_id = make_brief("The bridge opens early.", "Fares stay as they are.")
    kept = generate(product, make_brief("The bridge opens early."))
    assert kept.status == "completed"
    engine.spoken.clear()
    job_id = ask(product, brief_id)
    store.suffix, store.failures = NARRATION, 3

    for _ in range(4):
        make_due(product)
        run_one(product, Event(), work_id=job_id)

    assert job_of(product, job_id).status == "completed"
    assert "The bridge opens early." not in engine.spoken


def test_a_store_that_stays_down_fails_the_job_in_the_end_with_the_reason(
    product: Container, store: FailingStore, make_brief: Callable[..., int]
) -> None:
    job_id = ask(product, make_brief("The bridge opens early."))
    store.failures = 1000

    for _ in range(product.rules.most_attempts):
        make_due(product)
        assert run_one(product, Event())

    assert (job_of(product, job_id).status, job_of(product, job_id).error) == ("failed", str(DOWN))


def test_a_store_that_refuses_us_fails_the_job_at_once(
    product: Container, store: FailingStore, make_brief: Callable[..., int]
) -> None:
    store.failures, store.error = 1000, StorageDeniedError("there is no bucket 'ours': correct BRIEF_GCS_BUCKET")

    report = generate(product, make_brief("The bridge opens early."))

    assert (report.status, report.error) == ("failed", "there is no bucket 'ours': correct BRIEF_GCS_BUCKET")


def test_the_reason_is_on_the_brief(product: Container, store: FailingStore, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief("The bridge opens early.")
    store.suffix, store.failures = SOUND, 1
    report = generate(product, brief_id)

    with product.db.transaction() as session:
        shown = lookup.brief_with_items(session, str(brief_id)).brief
        [listed] = lookup.latest(session, show=None, limit=1)

    assert shown == listed
    assert (shown.last_job, shown.last_job_status, shown.last_error) == (report.id, "queued", str(DOWN))


def test_the_reason_goes_when_the_job_comes_through(
    product: Container, store: FailingStore, make_brief: Callable[..., int]
) -> None:
    brief_id = make_brief("The bridge opens early.")
    store.suffix, store.failures = SOUND, 1
    generate(product, brief_id)
    make_due(product)
    run_one(product, Event())

    with product.db.transaction() as session:
        shown = lookup.brief_with_items(session, str(brief_id)).brief

    assert (shown.last_job_status, shown.last_error, shown.current_rendition) == ("completed", None, 1)


def test_a_brief_that_was_never_asked_for_has_no_job(product: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief("The bridge opens early.")

    with product.db.transaction() as session:
        shown = lookup.brief_with_items(session, str(brief_id)).brief

    assert (shown.last_job, shown.last_job_status, shown.last_error) == (None, None, None)


@pytest.fixture
def orphan(product: Container, tmp_path: Path) -> Path:
    """An old file in the store that no row names."""
    (tmp_path / "sound").write_bytes(b"sound")
    name = narration_name("ab" * 32)
    product.store.put(name, tmp_path / "sound", "audio/flac")
    path = tmp_path / "store" / name
    old = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    os.utime(path, (old, old))
    return path


def test_the_clock_sweeps_what_nothing_names(
    product: Container, orphan: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    clock = Clock(product, wake=lambda: None)
    clock.sweep()  # which marks the store as this database's

    clock.sweep()

    assert not orphan.exists()
    assert orphan.name in caplog.text


def test_a_sweep_that_the_store_fails_is_put_off(
    product: Container, store: FailingStore, orphan: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.failures = 1

    Clock(product, wake=lambda: None).sweep()

    assert orphan.exists()
    assert "503" in caplog.text
