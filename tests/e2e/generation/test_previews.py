"""Previewing an item: spoken by a worker beside the jobs, stored as the job itself would store it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import delete, func, select, update

from brief_audio.bootstrap import Container
from brief_audio.db.making import previews
from brief_audio.db.models import Brief, Item, ItemNarration, Preview
from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import SpeechCrashedError
from brief_audio.domain.jobs import MANUAL_PRIORITY, NIGHT_PRIORITY, PREVIEW_PRIORITY
from brief_audio.domain.object_names import narration_name
from brief_audio.services.making import jobs
from brief_audio.services.making.preview_work import preview_work
from brief_audio.services.work.attempt import Attempt
from brief_audio.services.work.kind import WorkKind, WorkTools
from brief_audio.speech.base import SpeechRequest, VoiceIdentity, go_on
from scheduler.turn import run_one
from scheduler.worker import Worker
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech

pytestmark = pytest.mark.slow
WORDS = "The council met on Tuesday. It agreed on the budget."


def ask(container: Container, brief_id: int, position: int = 1) -> int:
    with container.db.transaction() as session:
        brief = session.get_one(Brief, brief_id)
        item = session.execute(select(Item).where(Item.brief_id == brief_id, Item.position == position)).scalar_one()
        wanted = Preview(show_id=brief.show_id, item_id=item.id, headline=item.headline, body=item.body, voice="tone")
        wanted.requested_by = "ann@example.org"
        return previews.add(session, wanted).id


def row(container: Container, number: int) -> Preview:
    with container.db.transaction() as session:
        return session.get_one(Preview, number)


def generate(container: Container, brief_id: int) -> list[ItemNarration]:
    asked = jobs.request_generation(
        container.db, brief_id, container.speech, rules=container.rules, force=False, requested_by="test"
    )
    assert run_one(container, Event())
    with container.db.transaction() as session:
        mine = select(ItemNarration).where(ItemNarration.job_id == asked.job_id).order_by(ItemNarration.position)
        return list(session.execute(mine).scalars())


def previewing(container: Container) -> WorkKind:
    return preview_work(container.rules)


@contextmanager
def working(container: Container) -> Iterator[Worker]:
    worker = Worker(container)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
        worker.join()


def wait_for(container: Container, number: int, *states: str) -> Preview:
    end = time.monotonic() + 20
    while (found := row(container, number)).status not in states:
        assert time.monotonic() < end, f"still {found.status}: {found.error}"
        time.sleep(0.05)
    return found


def test_what_was_heard_is_not_spoken_again_when_it_is_generated(
    container: Container, engine: FaultyEngine, make_brief: Callable[..., int]
) -> None:
    brief_id = make_brief(WORDS)
    number = ask(container, brief_id)

    assert run_one(container, Event(), previewing(container))
    said = list(engine.spoken)
    [narration] = generate(container, brief_id)

    heard = row(container, number)
    assert (heard.status, heard.narration_key) == ("completed", narration.narration_key)
    assert heard.narration_key is not None
    assert container.store.stat(narration_name(heard.narration_key)).size_bytes > 0
    assert (narration.state, narration.duration_ms) == ("reused", heard.duration_ms)
    assert engine.spoken == said


def test_what_a_job_has_spoken_is_heard_at_once(
    container: Container, engine: FaultyEngine, make_brief: Callable[..., int]
) -> None:
    brief_id = make_brief(WORDS)
    generate(container, brief_id)
    engine.spoken.clear()

    number = ask(container, brief_id)
    assert run_one(container, Event(), previewing(container))

    assert row(container, number).status == "completed"
    assert engine.spoken == []


def test_nothing_is_published_by_a_preview(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS)
    ask(container, brief_id)

    run_one(container, Event(), previewing(container))

    with container.db.transaction() as session:
        assert session.get_one(Brief, brief_id).current_rendition_id is None


def test_a_text_that_cannot_be_said_fails_with_the_reason(container: Container, make_brief: Callable[..., int]) -> None:
    number = ask(container, make_brief("This is garbled."))

    assert run_one(container, Event(), previewing(container))

    failed = row(container, number)
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.error.startswith("this text cannot be said (at “This is garbled.”")


def test_a_worker_speaks_it_while_its_only_place_has_a_job_in_hand(
    container: Container, engine: FaultyEngine, make_brief: Callable[..., int]
) -> None:
    """Red where previews take the places of jobs: with one place, the preview would come after the job."""
    may_go_on = Event()

    class Slow(FaultyEngine):
        def speak(self, request: SpeechRequest) -> Sound:
            if "Long" in request.text:
                assert may_go_on.wait(20)
            return super().speak(request)

    speech = ThreadSpeech(Slow())
    one_place = replace(container, speech=speech, settings=replace(container.settings, concurrency=1))
    busy, other = make_brief("Long."), make_brief("Short.")
    jobs.request_generation(
        container.db, busy, container.speech, rules=container.rules, force=False, requested_by="test"
    )
    with working(one_place):
        number = ask(container, other)
        try:
            assert wait_for(container, number, "completed", "failed").status == "completed"
        finally:
            may_go_on.set()
    speech.close()


def test_a_passing_failure_is_tried_again_and_the_third_ends_it(
    container: Container, make_brief: Callable[..., int]
) -> None:
    class Away(ThreadSpeech):
        def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
            raise SpeechCrashedError("the voice is away")

    speech = Away(FaultyEngine())
    away = replace(container, speech=speech)
    number = ask(container, make_brief(WORDS))

    for state in ("queued", "queued", "failed"):
        assert run_one(away, Event(), previewing(container))
        assert (row(container, number).status, row(container, number).error) == (state, "the voice is away")
        with container.db.transaction() as session:
            session.get_one(Preview, number).run_after = func.now()
    speech.close()


def test_what_nobody_foresaw_is_told_and_ends_too(container: Container, make_brief: Callable[..., int]) -> None:
    class Broken(ThreadSpeech):
        def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
            raise ZeroDivisionError("by nothing")

    speech = Broken(FaultyEngine())
    number = ask(container, make_brief(WORDS))

    assert run_one(replace(container, speech=speech), Event(), previewing(container))

    assert row(container, number).error == "ZeroDivisionError: by nothing"
    speech.close()


def test_a_worker_that_is_told_to_stop_puts_it_back(container: Container, make_brief: Callable[..., int]) -> None:
    stop = Event()
    stop.set()
    number = ask(container, make_brief(WORDS))

    assert run_one(container, stop, previewing(container))

    assert (row(container, number).status, row(container, number).lease_until) == ("queued", None)


def test_nights_go_first_and_what_is_asked_for_by_hand_last() -> None:
    assert NIGHT_PRIORITY < PREVIEW_PRIORITY < MANUAL_PRIORITY


def test_one_that_takes_too_long_ends_and_says_what_would_help(
    container: Container, make_brief: Callable[..., int]
) -> None:
    number = ask(container, make_brief(WORDS))
    no_time = replace(previewing(container), rules=replace(container.rules, attempt_limit=timedelta(0)))

    assert run_one(container, Event(), no_time)

    ended = row(container, number)
    assert ended.status == "failed"
    assert "preview a shorter part" in (ended.error or "")


def test_one_that_is_gone_ends(container: Container, engine: FaultyEngine, make_brief: Callable[..., int]) -> None:
    ask(container, make_brief(WORDS))
    kind = previewing(container)

    def delete_first(studio: WorkTools, attempt: Attempt) -> str:
        with container.db.transaction() as session:
            session.execute(delete(Preview))
        return kind.do(studio, attempt)

    assert run_one(container, Event(), replace(kind, do=delete_first))

    assert engine.spoken == []


def test_one_of_a_worker_that_was_away_too_long_is_left_to_the_next(
    container: Container, make_brief: Callable[..., int]
) -> None:
    number = ask(container, make_brief(WORDS))
    kind = previewing(container)

    def lose_it_first(studio: WorkTools, attempt: Attempt) -> str:
        with container.db.transaction() as session:
            session.execute(update(Preview).values(attempt=Preview.attempt + 1))
        return kind.do(studio, attempt)

    assert run_one(container, Event(), replace(kind, do=lose_it_first))

    assert (row(container, number).status, row(container, number).narration_key) == ("processing", None)
