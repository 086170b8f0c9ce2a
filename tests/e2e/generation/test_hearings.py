"""Hearing an item: spoken by a worker beside the jobs, stored as the job itself would store it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from brief_audio.bootstrap import Container
from brief_audio.db import hearings
from brief_audio.db.hearings import HearingClaim
from brief_audio.db.models import Brief, Hearing, Item, ItemNarration
from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import BriefAudioError, LeaseLostError, SpeechCrashedError, StoppingError
from brief_audio.domain.jobs import MANUAL_PRIORITY, NIGHT_PRIORITY, QueueRules
from brief_audio.domain.names import narration_name
from brief_audio.services import jobs
from brief_audio.services.hearing_work import PRIORITY, HearingAttempt, speak
from brief_audio.speech.base import SpeechRequest, VoiceIdentity, go_on
from scheduler.hearings import speak_one
from scheduler.turn import run_one
from scheduler.worker import Worker
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech

pytestmark = pytest.mark.slow
WORDS = "The council met on Tuesday. It agreed on the budget."


def ask(container: Container, brief_id: int, position: int = 1) -> int:
    with container.db.transaction() as session:
        brief = session.get_one(Brief, brief_id)
        item = session.execute(select(Item).where(Item.brief_id == brief_id, Item.position == position)).scalar_one()
        wanted = Hearing(show_id=brief.show_id, item_id=item.id, headline=item.headline, body=item.body, voice="tone")
        wanted.requested_by = "ann@example.org"
        return hearings.add(session, wanted).id


def row(container: Container, number: int) -> Hearing:
    with container.db.transaction() as session:
        return session.get_one(Hearing, number)


def generate(container: Container, brief_id: int) -> list[ItemNarration]:
    asked = jobs.request_generation(
        container.db, str(brief_id), container.speech, rules=container.rules, force=False, requested_by="test"
    )
    assert run_one(container, Event())
    with container.db.transaction() as session:
        mine = select(ItemNarration).where(ItemNarration.job_id == asked.job_id).order_by(ItemNarration.position)
        return list(session.execute(mine).scalars())


@contextmanager
def working(container: Container) -> Iterator[Worker]:
    worker = Worker(container)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
        worker.join()


def wait_for(container: Container, number: int, *states: str) -> Hearing:
    end = time.monotonic() + 20
    while (found := row(container, number)).state not in states:
        assert time.monotonic() < end, f"still {found.state}: {found.error}"
        time.sleep(0.05)
    return found


def test_what_was_heard_is_not_spoken_again_when_it_is_generated(
    container: Container, engine: FaultyEngine, make_brief: Callable[..., int]
) -> None:
    brief_id = make_brief(WORDS)
    number = ask(container, brief_id)

    assert speak_one(container, Event())
    said = list(engine.spoken)
    [narration] = generate(container, brief_id)

    heard = row(container, number)
    assert (heard.state, heard.narration_key) == ("spoken", narration.narration_key)
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
    assert speak_one(container, Event())

    assert row(container, number).state == "spoken"
    assert engine.spoken == []


def test_nothing_is_published_by_hearing(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS)
    ask(container, brief_id)

    speak_one(container, Event())

    with container.db.transaction() as session:
        assert session.get_one(Brief, brief_id).current_rendition_id is None


def test_a_text_that_cannot_be_said_fails_with_the_reason(container: Container, make_brief: Callable[..., int]) -> None:
    number = ask(container, make_brief("This is garbled."))

    assert speak_one(container, Event())

    failed = row(container, number)
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error.startswith("this text cannot be said (at “This is garbled.”")


def test_a_worker_speaks_it_while_its_only_place_has_a_job_in_hand(
    container: Container, engine: FaultyEngine, make_brief: Callable[..., int]
) -> None:
    """Red where hearings take the places of jobs: with one place, the hearing would come after the job."""
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
        container.db, str(busy), container.speech, rules=container.rules, force=False, requested_by="test"
    )
    with working(one_place):
        number = ask(container, other)
        try:
            assert wait_for(container, number, "spoken", "failed").state == "spoken"
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
        assert speak_one(away, Event())
        assert (row(container, number).state, row(container, number).error) == (state, "the voice is away")
        with container.db.transaction() as session:
            session.get_one(Hearing, number).lease_until = None
    speech.close()


def test_what_nobody_foresaw_is_told_and_ends_too(container: Container, make_brief: Callable[..., int]) -> None:
    class Broken(ThreadSpeech):
        def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
            raise ZeroDivisionError("by nothing")

    speech = Broken(FaultyEngine())
    number = ask(container, make_brief(WORDS))

    assert speak_one(replace(container, speech=speech), Event())

    assert row(container, number).error == "ZeroDivisionError: by nothing"
    speech.close()


def test_a_worker_that_is_told_to_stop_puts_it_back(container: Container, make_brief: Callable[..., int]) -> None:
    stop = Event()
    stop.set()
    number = ask(container, make_brief(WORDS))

    assert speak_one(container, stop)

    assert (row(container, number).state, row(container, number).lease_until) == ("queued", None)


def test_nights_go_first_and_what_is_asked_for_by_hand_last() -> None:
    assert NIGHT_PRIORITY < PRIORITY < MANUAL_PRIORITY


def attempt_of(container: Container, claim: HearingClaim, clock: Iterator[float], **more: timedelta) -> HearingAttempt:
    return HearingAttempt(container.db, claim, QueueRules(), Event(), monotonic=lambda: next(clock), **more)


def claimed(container: Container) -> HearingClaim:
    with container.db.transaction() as session:
        found = hearings.claim_next(session, lease=timedelta(seconds=60), most_attempts=3)
    assert found is not None
    return found


def test_a_long_one_keeps_its_lease_and_ends_at_its_limit(container: Container, make_brief: Callable[..., int]) -> None:
    number = ask(container, make_brief(WORDS))
    attempt = attempt_of(
        container, claimed(container), iter([0.0, 16.0, 16.0, 70.0, 70.0, 121.0]), limit=timedelta(minutes=2)
    )
    before = row(container, number).lease_until

    attempt.check_cancel()
    attempt.check_cancel()  # 54 s after it was extended: without that its lease would be over
    with pytest.raises(BriefAudioError, match="within 2 minutes"):
        attempt.check()

    after = row(container, number).lease_until
    assert before is not None
    assert after is not None
    assert after > before


def test_one_whose_lease_is_over_ends(container: Container, make_brief: Callable[..., int]) -> None:
    ask(container, make_brief(WORDS))

    with pytest.raises(LeaseLostError):
        attempt_of(container, claimed(container), iter([0.0, 61.0])).check()


def test_one_that_is_gone_ends(container: Container, make_brief: Callable[..., int]) -> None:
    number = ask(container, make_brief(WORDS))
    attempt = attempt_of(container, claimed(container), iter([0.0, 16.0, 16.0]))
    with container.db.transaction() as session:
        session.delete(session.get_one(Hearing, number))

    with pytest.raises(LeaseLostError):
        attempt.check_cancel()
    with pytest.raises(LeaseLostError):
        speak(container.studio, attempt)


def test_stopping_ends_it(container: Container, make_brief: Callable[..., int]) -> None:
    ask(container, make_brief(WORDS))
    attempt = attempt_of(container, claimed(container), iter([0.0, 1.0]))
    attempt.stop.set()

    with pytest.raises(StoppingError):
        attempt.check()
