"""A model that is exchanged while a job speaks: no sound is ever stored under the name of another model."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest
from sqlalchemy import func, select, update

from brief_audio.bootstrap import Container
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.domain.audio import Sound
from brief_audio.services.making import jobs
from brief_audio.speech.base import SpeechRequest, VoiceIdentity, go_on
from scheduler.turn import run_one
from tests.e2e.generation.thread_speech import FaultyEngine

pytestmark = pytest.mark.slow


class ExchangedEngine(FaultyEngine):
    """Its model is exchanged at the first utterance."""

    def __init__(self) -> None:
        super().__init__()
        self.model = "a" * 64
        self.spoke_for: list[VoiceIdentity | None] = []

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        return replace(super().identify(voice, check), model_sha256=self.model)

    def speak(self, request: SpeechRequest) -> Sound:
        self.model = "b" * 64
        sound = super().speak(request)
        self.spoke_for.append(request.identity)
        return sound


@pytest.fixture
def engine() -> ExchangedEngine:
    return ExchangedEngine()


def test_the_attempt_ends_and_the_next_one_speaks_with_the_new_model(
    container: Container, make_brief: Callable[..., int], engine: ExchangedEngine
) -> None:
    brief = make_brief("It rains.")
    jobs.request_generation(
        container.db, brief, container.speech, rules=container.rules, force=False, requested_by="test"
    )

    assert run_one(container, Event())

    with container.db.transaction() as session:
        row = session.execute(select(Job.status, Job.error)).one()
        session.execute(update(Job).values(run_after=func.now()))
    assert row.status == "queued"
    assert "were replaced" in row.error
    assert list(container.store.list("narrations/")) == []

    assert run_one(container, Event())

    with container.db.transaction() as session:
        assert session.execute(select(Job.status)).scalar_one() == "completed"
    assert set(engine.spoke_for) == {engine.identify("tone")}
    assert len(list(container.store.list("narrations/"))) == 1
