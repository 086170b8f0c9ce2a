import numpy as np
import pytest

from brief_audio.domain.audio import Sound
from brief_audio.mastering.loudness import BLOCK, integrated_loudness
from brief_audio.mastering.resampling import resampled_and_weighted


def _sine(seconds, dbfs, frequency=997.0, rate_hz=44100):
    time = np.arange(int(seconds * rate_hz)) / rate_hz
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def _energies(samples, rate_hz=44100):
    weighted = resampled_and_weighted(Sound(samples, rate_hz))[1]
    return np.square(weighted[: len(weighted) // BLOCK * BLOCK].reshape(-1, BLOCK)).sum(axis=1)


@pytest.mark.parametrize("rate_hz", [22050, 24000, 44100, 48000])
@pytest.mark.parametrize("dbfs", [0.0, -20.0, -40.0])
def test_a_sine_of_997_hz_is_3_lu_below_its_level(dbfs, rate_hz):
    energies = _energies(_sine(3, dbfs, rate_hz=rate_hz), rate_hz)

    assert integrated_loudness(energies) == pytest.approx(dbfs - 3.01, abs=0.03)


@pytest.mark.parametrize(
    ("frequency", "lufs"), [(60, -26.6), (100, -24.8), (500, -23.7), (2000, -20.6), (5000, -19.7), (10_000, -19.7)]
)
def test_other_pitches_are_weighted_as_by_the_meter_of_ffmpeg(frequency, lufs):
    assert integrated_loudness(_energies(_sine(5, -20, frequency=frequency))) == pytest.approx(lufs, abs=0.1)


def test_pauses_do_not_count():
    spoken = _energies(_sine(4, -20))

    assert integrated_loudness(np.concatenate([spoken, np.zeros(30_000, np.float32)])) == pytest.approx(-23.0, abs=0.2)


def test_a_passage_far_below_the_rest_does_not_count():
    sound = np.concatenate([_sine(5, -20), _sine(5, -45)])

    assert integrated_loudness(_energies(sound)) == pytest.approx(-23.0, abs=0.2)


def test_a_passage_a_little_below_the_rest_counts():
    sound = np.concatenate([_sine(5, -20), _sine(5, -26)])

    mean = 10 * np.log10((10**-2.3 + 10**-2.9) / 2)
    assert integrated_loudness(_energies(sound)) == pytest.approx(mean, abs=0.1)


@pytest.mark.parametrize("energies", [np.zeros(0, np.float32), np.zeros(5000, np.float32), np.ones(119, np.float32)])
def test_silence_and_a_blink_have_no_loudness(energies):
    assert integrated_loudness(energies) is None
