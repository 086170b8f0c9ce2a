import numpy as np
import pytest

from brief_audio.mastering.true_peak import TruePeakMeter


def _measured(samples, piece=44100):
    meter = TruePeakMeter()
    for start in range(0, len(samples), piece):
        meter.add(samples[start : start + piece])
    return meter.finish()


def _faded_sine(frequency, phase, length=44100):
    fade = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / 4000)
    return (0.5 * fade * np.sin(2 * np.pi * frequency * np.arange(length) / 44100 + phase)).astype(np.float32)


@pytest.mark.parametrize(("frequency", "phase"), [(997, 0), (11025, np.pi / 4), (7350, np.pi / 3), (5512.5, np.pi / 8)])
def test_the_crest_between_two_samples_is_found(frequency, phase):
    assert _measured(_faded_sine(frequency, phase)) == pytest.approx(-6.02, abs=0.1)


@pytest.mark.parametrize("piece", [1, 100, 511, 640, 4410, 44100])
def test_the_size_of_the_pieces_does_not_matter(piece):
    samples = _faded_sine(11025, np.pi / 4, 3000) * np.linspace(0.1, 1, 3000, dtype=np.float32)

    assert _measured(samples, piece) == pytest.approx(_measured(samples), abs=0.02)


@pytest.mark.parametrize("place", [0, 1, 63, 64, 575, 2998, 2999])
def test_a_single_sample_anywhere_counts(place):
    samples = np.zeros(3000, np.float32)
    samples[place] = 0.5

    assert _measured(samples) == pytest.approx(-6.02, abs=0.05)


def test_silence_has_no_peak():
    assert _measured(np.zeros(5000, np.float32)) == float("-inf")


def test_nothing_has_no_peak():
    assert TruePeakMeter().finish() == float("-inf")
