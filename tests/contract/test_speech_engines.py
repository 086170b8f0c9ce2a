"""What every speech engine promises, whichever it is."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from brief_audio.domain.audio import check_spoken
from brief_audio.domain.errors import InvalidInputError, NotFoundError, UnspeakableTextError, VoiceUnavailableError
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.engines import engine_factory

SENTENCE = "The council approved the new budget on Tuesday night."
REQUEST = SpeechRequest(voice="joe", text=SENTENCE, seed=42)


@pytest.fixture(scope="module", params=["tone", pytest.param("coqui", marks=pytest.mark.slow)])
def engine(request, tmp_path_factory):
    made = engine_factory(request.param, model_dir=tmp_path_factory.mktemp("models"), load_seconds=120)()
    yield made
    made.unload()


def same(first, second):
    return first.rate_hz == second.rate_hz and first.samples.tobytes() == second.samples.tobytes()


def test_it_offers_voices_that_name_it(engine):
    cards = engine.voices()

    assert cards
    assert {card.engine for card in cards} == {engine.name}
    assert all(card.licence and card.descends_from and card.language for card in cards)


def test_it_identifies_every_voice_that_it_offers(engine):
    for card in engine.voices():
        identity = engine.identify(card.name)

        assert (identity.engine, identity.voice) == (engine.name, card.name)
        assert len(bytes.fromhex(identity.model_sha256)) == 32
        assert identity.phonemiser
        assert identity == engine.identify(card.name)


@pytest.mark.parametrize("call", ["identify", "load"])
def test_an_unknown_voice_is_not_found(engine, call):
    with pytest.raises(NotFoundError, match="'nobody'"):
        getattr(engine, call)("nobody")


def test_an_unknown_voice_does_not_speak(engine):
    with pytest.raises(NotFoundError, match="'nobody'"):
        engine.speak(replace(REQUEST, voice="nobody"))


def test_a_request_may_say_which_model_shall_speak_it(engine):
    asked = replace(REQUEST, identity=engine.identify("joe"))

    engine.load("joe", asked.identity)

    assert same(engine.speak(asked), engine.speak(REQUEST))


def test_a_model_that_is_not_there_does_not_speak(engine):
    other = replace(engine.identify("joe"), model_sha256="0" * 64)

    for call in (lambda: engine.load("joe", other), lambda: engine.speak(replace(REQUEST, identity=other))):
        with pytest.raises(VoiceUnavailableError, match="'joe' were replaced") as raised:
            call()
        assert not raised.value.permanent


def test_sound_is_one_row_of_floats_within_full_scale(engine):
    sound = engine.speak(REQUEST)

    assert sound.rate_hz == engine.voices()[0].rate_hz
    assert sound.samples.dtype == np.float32
    assert sound.samples.ndim == 1
    assert np.abs(sound.samples).max() <= 1
    check_spoken(sound, SENTENCE)


def test_the_same_request_gives_the_same_samples_whatever_came_before(engine):
    first = engine.speak(REQUEST)
    engine.speak(replace(REQUEST, text="Something else, and longer than that.", seed=7, speed=1.5))

    assert same(engine.speak(REQUEST), first)


def test_another_seed_is_another_take(engine):
    assert not same(engine.speak(REQUEST), engine.speak(replace(REQUEST, seed=43)))


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_the_smallest_and_the_largest_seed_speak(engine, seed):
    check_spoken(engine.speak(replace(REQUEST, seed=seed)), SENTENCE)


@pytest.mark.parametrize(("speed", "least", "most"), [(2.0, 0.4, 0.75), (0.5, 1.6, 2.4)])
def test_speed_changes_the_length(engine, speed, least, most):
    ratio = engine.speak(replace(REQUEST, speed=speed)).duration_seconds / engine.speak(REQUEST).duration_seconds

    assert least < ratio < most


@pytest.mark.parametrize("text", ["Hi.", "7", "Good morning", "It's “quoted” — with dashes…", SENTENCE * 9])
def test_short_long_and_typographic_texts_are_spoken(engine, text):
    check_spoken(engine.speak(replace(REQUEST, text=text)), text)


@pytest.mark.parametrize("text", ["", "  \n", "…", "—?!", "_"])
def test_text_with_nothing_to_say_is_unspeakable(engine, text):
    with pytest.raises(UnspeakableTextError) as raised:
        engine.speak(replace(REQUEST, text=text))

    assert raised.value.permanent


@pytest.mark.parametrize(
    "change", [{"speed": 0.0}, {"speed": -1.0}, {"speed": float("nan")}, {"speed": 9.0}, {"seed": -1}]
)
def test_impossible_numbers_are_refused(engine, change):
    with pytest.raises(InvalidInputError):
        engine.speak(replace(REQUEST, **change))


def test_threads_that_speak_at_once_get_what_each_would_get_alone(engine):
    requests = [replace(REQUEST, text=f"Sentence number {number}.", seed=number) for number in range(6)]
    alone = [engine.speak(request) for request in requests]

    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(engine.speak, requests))

    assert all(same(first, second) for first, second in zip(alone, together, strict=True))


def test_after_unload_it_speaks_the_same_again(engine):
    before = engine.speak(REQUEST)

    engine.unload()
    engine.unload()

    assert same(engine.speak(REQUEST), before)


def test_a_request_and_a_sound_survive_the_way_to_another_process(engine):
    sound = engine.speak(pickle.loads(pickle.dumps(REQUEST)))

    assert same(pickle.loads(pickle.dumps(sound)), sound)
