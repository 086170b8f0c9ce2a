"""What a voice may return."""

import numpy as np
import pytest

from brief_audio.domain.audio import Sound, check_spoken, silence
from brief_audio.domain.errors import BadSoundError

RATE = 22_050


def tone(seconds: float) -> Sound:
    return Sound(np.sin(np.arange(round(seconds * RATE)) / 10).astype(np.float32), RATE)


def test_a_sentence_of_likely_length_passes() -> None:
    check_spoken(tone(2.0), "The council approved the budget.")


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.zeros(0), "no audio"),
        (np.zeros(RATE), "silence"),
        (np.full(RATE, np.nan), "not numbers"),
        (np.full(RATE, np.inf), "not numbers"),
        (np.ones(100), "only 5 ms"),
        (np.ones(RATE * 30), "30 s of audio for 3 characters"),
    ],
)
def test_impossible_sound_is_refused(samples: np.ndarray, reason: str) -> None:
    with pytest.raises(BadSoundError, match=reason):
        check_spoken(Sound(samples.astype(np.float32), RATE), "Yes")


@pytest.mark.parametrize(("speed", "is_enough"), [(1.0, False), (2.0, True), (4.0, True)])
def test_sound_too_short_for_its_letters_is_refused(speed: float, is_enough: bool) -> None:
    text = "Half of these letters could be left out."  # 32 of them

    if is_enough:
        check_spoken(tone(0.5), text, speed=speed)
    else:
        with pytest.raises(BadSoundError, match="only 500 ms of audio for 32 letters"):
            check_spoken(tone(0.5), text, speed=speed)


@pytest.mark.parametrize("milliseconds", [0, 1, 350, 1200])
def test_silence_is_exact_to_the_sample(milliseconds: int) -> None:
    made = silence(milliseconds, RATE)

    assert len(made) == round(milliseconds * RATE / 1000)
    assert not made.any()
