"""What must not cost more than it broke: a voice its items, a message its form, a silent voice the way to a cancel."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from threading import Event, Thread

import pytest
from sqlalchemy import insert, select, update

from brief_audio.bootstrap import Container
from brief_audio.db import work
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Event as EventRow
from brief_audio.db.models import Item, Show, Voice
from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import SpeechError, VoiceUnavailableError
from brief_audio.services.making import jobs
from brief_audio.services.making.jobs import JobReport
from brief_audio.speech.base import SpeechRequest, VoiceIdentity, go_on
from scheduler.turn import run_one
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech
from tests.e2e.product import wait_until

pytestmark = pytest.mark.slow


def ask(container: Container, brief_id: int) -> int:
    asked = jobs.request_generation(
        container.db, brief_id, container.speech, rules=container.rules, force=False, requested_by="test"
    )
    assert asked.job_id is not None
    return asked.job_id


def report_of(container: Container, job_id: int) -> JobReport:
    with container.db.transaction() as session:
        return jobs.report(session, job_id)


class BrokenVoice(ThreadSpeech):
    """Speech of which the voice `ghost` has a file that is not what it should be."""

    is_permanent = True

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        if voice == "ghost":
            raise VoiceUnavailableError("the voice's file is damaged", permanent=self.is_permanent)
        return super().identify(voice, check)


@pytest.fixture
def ghostly(container: Container, engine: FaultyEngine) -> Container:
    """The product whose second voice is broken."""
    return replace(container, speech=BrokenVoice(engine))


@pytest.fixture
def ghost(container: Container, make_brief: Callable[..., int]) -> int:
    """The number of the broken voice's row."""
    with container.db.transaction() as session:
        row = insert(Voice).values(
            name="ghost", engine="x", language="en", rate_hz=1, licence="", descends_from="", is_verified=False
        )
        return session.execute(row.returning(Voice.id)).scalar_one()


def test_a_broken_voice_fails_its_items_alone(ghostly: Container, make_brief: Callable[..., int], ghost: int) -> None:
    brief_id = make_brief("One.", "Two.", "Three.")
    with ghostly.db.transaction() as session:
        session.execute(update(Item).where(Item.position == 2).values(voice_id=ghost))
    job_id = ask(ghostly, brief_id)

    run_one(ghostly, Event())

    report = report_of(ghostly, job_id)
    assert (report.status, [item.state for item in report.items]) == ("completed", ["spoken", "failed", "spoken"])
    assert report.items[1].error == "the voice's file is damaged"


def test_a_voice_that_may_yet_be_had_is_waited_for(
    ghostly: Container, make_brief: Callable[..., int], ghost: int, engine: FaultyEngine
) -> None:
    brief_id = make_brief("One.", "Two.", "Three.")
    with ghostly.db.transaction() as session:
        session.execute(update(Item).where(Item.position == 2).values(voice_id=ghost))
    speech = BrokenVoice(engine)
    speech.is_permanent = False
    job_id = ask(ghostly, brief_id)

    run_one(replace(ghostly, speech=speech), Event())

    report = report_of(ghostly, job_id)
    assert (report.status, report.error) == ("queued", "the voice's file is damaged")


def test_a_broken_voice_of_every_item_fails_the_job(
    ghostly: Container, make_brief: Callable[..., int], ghost: int
) -> None:
    brief_id = make_brief("One.", "Two.")
    with ghostly.db.transaction() as session:
        session.execute(update(Show).values(voice_id=ghost))
    job_id = ask(ghostly, brief_id)

    run_one(ghostly, Event())

    report = report_of(ghostly, job_id)
    assert (report.status, report.error) == ("failed", "the voice's file is damaged")


class MuteSpeech(ThreadSpeech):
    """Speech that never says anything."""

    def __init__(self, engine: FaultyEngine) -> None:
        super().__init__(engine)
        self.was_asked = Event()

    def submit(self, request: SpeechRequest) -> Future[Sound]:
        self.was_asked.set()
        return Future()


def test_a_cancel_is_seen_while_nothing_is_spoken(
    container: Container, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    speech = MuteSpeech(engine)
    job_id = ask(container, make_brief("One."))
    stop = Event()
    worker = Thread(target=run_one, args=(replace(container, speech=speech), stop))
    worker.start()
    assert speech.was_asked.wait(60)

    with container.db.transaction() as session:
        work.cancel(session, JOBS, job_id, requested_by="test")

    try:
        wait_until(lambda: report_of(container, job_id).status == "cancelled", "the cancel to be seen", 30)
    finally:
        stop.set()
        worker.join()


class HalfMuteSpeech(MuteSpeech):
    """Speech that refuses what it is asked first and never says the rest."""

    def submit(self, request: SpeechRequest) -> Future[Sound]:
        future = super().submit(request)
        if "Story one" in request.text:
            future.set_exception(SpeechError("this cannot be said", permanent=True))
        return future


def test_an_item_that_fails_is_progress(
    container: Container, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    job_id = ask(container, make_brief("One.", "Two."))
    stop = Event()
    worker = Thread(target=run_one, args=(replace(container, speech=HalfMuteSpeech(engine)), stop))
    worker.start()

    try:
        wait_until(lambda: report_of(container, job_id).progress > 0, "the failure to be counted", 30)
    finally:
        stop.set()
        worker.join()


class CursingSpeech(ThreadSpeech):
    """Speech whose errors quote bytes that are no text."""

    def submit(self, request: SpeechRequest) -> Future[Sound]:
        if "Story two" in request.text:
            future: Future[Sound] = Future()
            future.set_exception(SpeechError("caf\udce9 \0", permanent=True))
            return future
        return super().submit(request)


def test_an_item_may_fail_with_words_that_no_database_holds(
    container: Container, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    cursing = replace(container, speech=CursingSpeech(engine))
    job_id = ask(cursing, make_brief("One.", "Two.", "Three."))

    run_one(cursing, Event())

    report = report_of(cursing, job_id)
    assert report.status == "completed"
    assert (report.items[1].error or "").startswith("caf\ufffd \ufffd (at")


class Breaking(ThreadSpeech):
    """Speech with a mistake in it, whose message holds what no database does."""

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        raise RuntimeError("nul \0, half a character \udce9")


def test_a_mistake_may_be_told_with_words_that_no_database_holds(
    container: Container, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    job_id = ask(container, make_brief("One."))

    assert run_one(replace(container, speech=Breaking(engine)), Event())

    told = "RuntimeError: nul \ufffd, half a character \ufffd"
    assert (report_of(container, job_id).status, report_of(container, job_id).error) == ("queued", told)
    with container.db.transaction() as session:
        messages = session.execute(select(EventRow.message).where(EventRow.kind == "job.requeued")).scalars().all()
        assert session.execute(select(Job.charged)).scalar_one() == 1
    assert messages == [told]
