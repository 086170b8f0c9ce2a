"""A published file that is gone: the rendition is not up to date, and making it again speaks nothing."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from brief_audio.bootstrap import Container
from brief_audio.db.models import Brief, Rendition
from brief_audio.db.operations import rendition_faults
from brief_audio.domain.clock import utc_now
from brief_audio.services.making import jobs
from brief_audio.services.making.backfill import Outcome, backfill
from brief_audio.services.operations.rendition_files import check_files
from scheduler.clock import Clock
from scheduler.files_watch import FilesWatch
from scheduler.turn import run_one
from tests.e2e.generation.thread_speech import FaultyEngine

pytestmark = pytest.mark.slow
WORDS = "The council met on Tuesday. It agreed on the budget."


def ask(container: Container, brief_id: int, *, looks: bool = True) -> int | None:
    return jobs.request_generation(
        container.db,
        brief_id,
        container.speech,
        rules=container.rules,
        force=False,
        requested_by="test",
        store=container.store if looks else None,
    ).job_id


def current(container: Container, brief_id: int) -> Rendition:
    with container.db.transaction() as session:
        wanted = select(Rendition).join(Brief, Brief.current_rendition_id == Rendition.id).where(Brief.id == brief_id)
        return session.execute(wanted).scalar_one()


@pytest.fixture
def made(container: Container, make_brief: Callable[..., int]) -> int:
    brief_id = make_brief(WORDS, "A second story.")
    ask(container, brief_id)
    assert run_one(container, Event())
    return brief_id


def test_every_file_is_measured(container: Container, made: int) -> None:
    assert check_files(container.db, container.store).faults == ()
    rendition = current(container, made)
    assert rendition.captions_bytes == container.store.stat(rendition.captions_object).size_bytes
    assert rendition.manifest_bytes == container.store.stat(rendition.manifest_object).size_bytes


@pytest.mark.parametrize("part", ["audio_object", "chapters_object"])
def test_making_it_again_reuses_every_narration_and_publishes(
    container: Container, made: int, engine: FaultyEngine, part: str
) -> None:
    assert ask(container, made) is None
    container.store.delete(getattr(current(container, made), part))
    check_files(container.db, container.store)
    engine.spoken.clear()

    job_id = ask(container, made)
    assert job_id is not None
    assert run_one(container, Event())

    with container.db.transaction() as session:
        report = jobs.report(session, job_id)
    assert [item.state for item in report.items] == ["reused", "reused"]
    assert engine.spoken == []
    assert current(container, made).number == 2
    assert rendition_faults.count_of_current(container.db) == 0
    assert ask(container, made) is None


def test_without_a_look_at_the_store_the_last_check_decides(container: Container, made: int) -> None:
    container.store.delete(current(container, made).audio_object)

    before = ask(container, made, looks=False)
    check_files(container.db, container.store)

    assert before is None
    assert ask(container, made, looks=False) is not None


def test_a_backfill_makes_what_is_missing(container: Container, made: int) -> None:
    rendition = current(container, made)
    container.store.delete(rendition.audio_object)
    with container.db.transaction() as session:
        day = session.execute(select(Brief.local_date).where(Brief.id == made)).scalar_one()
    assert day is not None

    done = backfill(
        container.db,
        "dawn",
        day,
        day,
        container.speech,
        rules=container.rules,
        now=utc_now(),
        actor="test",
        store=container.store,
    )

    assert done.counts == {Outcome.MADE: 1}


def test_the_clock_checks_soon_after_its_start(container: Container, made: int) -> None:
    container.store.delete(current(container, made).audio_object)
    clock = Clock(container, wake=lambda: None, first_check_after=timedelta(0))

    clock.start()
    try:
        while not rendition_faults.count_of_current(container.db):
            continue
    finally:
        clock.stop()


def test_a_check_is_told_in_the_log(container: Container, made: int, caplog: pytest.LogCaptureFixture) -> None:
    container.store.delete(current(container, made).audio_object)

    FilesWatch(container).check()

    assert "version 1: the audio file is missing" in caplog.text
