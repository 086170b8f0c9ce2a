"""The tone engine: how long, how loud and how soft-edged its beeps are."""

import numpy as np
import pytest

from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.tone import ToneEngine


def spoken(text, **kwargs):
    return ToneEngine().speak(SpeechRequest(voice=kwargs.pop("voice", "tone"), text=text, seed=1, **kwargs))


@pytest.mark.parametrize("text", ["7", "A b c d", "Good morning.", "The council approved the new budget."])
def test_it_takes_about_60_ms_a_character_at_most(text):
    seconds = spoken(text).duration_seconds

    assert 0.05 * len(text) <= seconds <= 0.061 * len(text)


def test_a_word_is_heard_at_20_db_below_full_scale():
    samples = spoken("extraordinarily").samples

    level = 20 * np.log10(np.sqrt(np.mean(samples**2)))

    assert level == pytest.approx(-20.3, abs=0.5)


def test_it_begins_and_ends_without_a_click():
    samples = spoken("Good morning.").samples

    assert abs(samples[0]) < 0.001
    assert abs(samples[-1]) < 0.001
    assert np.abs(np.diff(samples)).max() < 0.05


def test_even_the_shortest_word_is_heard_at_the_highest_speed():
    assert spoken("7", speed=4.0).duration_seconds >= 0.05


def test_it_speaks_under_the_names_of_real_voices_but_offers_only_its_own():
    assert spoken("Hi.", voice="joe").duration_seconds > 0
    assert [card.name for card in ToneEngine().voices()] == ["tone"]
