"""Saying a text outside any brief, as a brief would say it."""

import math

import numpy as np
import pytest

from brief_audio.domain.errors import InvalidInputError, NotFoundError, SpeechError
from brief_audio.services.making.say_text import say_text
from tests.unit.services.fake_speech import FakeSpeech

TEXT = "It cost $3.5bn. Nobody had known. It opens at 6:45 a.m."


def test_text_is_normalised_and_said_sentence_by_sentence() -> None:
    speech = FakeSpeech()

    said = say_text(speech, TEXT, voice="joe", speed=1.5)

    assert speech.requests[0].text == "It cost three point five billion dollars."
    assert len(speech.requests) == said.utterances == 3
    assert {(request.voice, request.speed) for request in speech.requests} == {("joe", 1.5)}
    assert len({request.seed for request in speech.requests}) == 3
    assert {request.identity for request in speech.requests} == {speech.identify("joe")}


def test_sentences_are_joined_with_the_default_pause_and_nothing_around() -> None:
    one = say_text(FakeSpeech(), "It rains.", voice="joe", speed=1.0).sound
    two = say_text(FakeSpeech(), "It rains. It rains.", voice="joe", speed=1.0).sound

    assert abs(two.duration_seconds - 2 * one.duration_seconds - 0.35) < 0.001
    assert np.abs(one.samples[:2000]).max() > 0.1


def test_the_same_text_is_said_with_the_same_seeds() -> None:
    first, second = FakeSpeech(), FakeSpeech()

    for speech in (first, second):
        say_text(speech, TEXT, voice="joe", speed=1.0)

    assert first.requests == second.requests


def test_a_sentence_that_fails_ends_it_with_its_reason() -> None:
    speech = FakeSpeech(fails_at="Nobody")

    with pytest.raises(SpeechError, match="the voice failed"):
        say_text(speech, TEXT, voice="joe", speed=1.0)

    assert len(speech.cancelled) == 3


@pytest.mark.parametrize("text", ["", "***", "…"])
def test_a_text_with_nothing_to_say_is_refused_as_what_it_is(text: str) -> None:
    with pytest.raises(InvalidInputError, match="the text has no letters or digits"):
        say_text(FakeSpeech(), text, voice="joe", speed=1.0)


def test_an_unknown_voice_is_refused() -> None:
    with pytest.raises(NotFoundError, match="bob"):
        say_text(FakeSpeech(), "Hi.", voice="bob", speed=1.0)


@pytest.mark.parametrize("speed", [math.nan, math.inf, -math.inf, 0, 100])
def test_a_speed_that_no_voice_has_is_refused(speed: float) -> None:
    with pytest.raises(InvalidInputError, match=f"speed {speed:g}"):
        say_text(FakeSpeech(), TEXT, voice="joe", speed=speed)
