import numpy as np
import pytest

from brief_audio.domain.audio import Sound
from brief_audio.mastering.resampling import resampled, resampled_length


def _tone(length, rate_hz, frequency=440.0):
    time = np.arange(length) / rate_hz
    ends = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / 300)
    return (0.5 * ends * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 22050, 22051, 24000, 32000, 44100, 48000, 96000])
def test_a_tone_stays_the_same_tone(rate_hz):
    before = Sound(_tone(rate_hz, rate_hz), rate_hz)

    after = resampled(before)

    assert len(after) == 44100
    assert after.dtype == np.float32
    middle = slice(2000, -2000)
    assert np.abs(after[middle] - _tone(44100, 44100)[middle]).max() < 0.001


@pytest.mark.parametrize("length", [1, 2, 1103, 4999, 22050, 65537])
def test_a_voice_at_22050_hz_doubles_exactly(length):
    sound = Sound(_tone(length, 22050), 22050)

    after = resampled(sound)

    assert len(after) == resampled_length(length, 22050) == 2 * length
    assert np.abs(after[::2] - sound.samples).max() < 0.002


def test_odd_ratios_round_up():
    assert resampled_length(1, 24000) == 2
    assert resampled_length(80, 24000) == 147
    assert resampled_length(81, 24000) == 149


def test_sound_at_the_final_rate_is_untouched():
    samples = _tone(5000, 44100)

    assert resampled(Sound(samples, 44100)) is samples


def test_what_the_final_rate_cannot_hold_is_taken_off():
    ultrasonic = Sound(_tone(96000, 96000, frequency=30_000), 96000)

    assert np.abs(resampled(ultrasonic)).max() < 0.02
