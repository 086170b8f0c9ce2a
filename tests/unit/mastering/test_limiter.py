import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief_audio.mastering.levels import Levels
from brief_audio.mastering.limiter import gain_curve, gain_for_loudness
from brief_audio.mastering.loudness import BLOCK, integrated_loudness

CEILING_DB = -1.0


def _levels(samples):
    blocks = samples.reshape(-1, BLOCK)
    return Levels(np.abs(blocks).max(axis=1), np.square(blocks).sum(axis=1))


def _bursts(seed, count=600):
    chance = np.random.default_rng(seed)
    loud = np.repeat(10 ** (chance.uniform(-40, 0, count // 5) / 20), 5 * BLOCK)
    return (loud * chance.uniform(-1, 1, len(loud))).astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.floats(-20, 40))
def test_no_sample_passes_the_ceiling(seed, gain_db):
    samples = _bursts(seed)

    after = samples * gain_curve(_levels(samples), gain_db, CEILING_DB).over(0, len(samples))

    assert np.abs(after).max() <= 10 ** (CEILING_DB / 20) * 1.00001


def test_sound_below_the_ceiling_gets_the_static_gain_only():
    samples = 0.1 * _bursts(1)

    gains = gain_curve(_levels(samples), 6.0, CEILING_DB).over(0, len(samples))

    assert gains == pytest.approx(10 ** (6 / 20), rel=1e-5)


def test_the_gain_moves_slowly_and_comes_back():
    samples = np.full(BLOCK * 600, 0.1, np.float32)
    samples[BLOCK * 300 + 50] = 1.0

    gains = gain_curve(_levels(samples), 12.0, CEILING_DB).over(0, len(samples))

    assert gains[0] == pytest.approx(gains[-1]) == pytest.approx(10 ** (12 / 20))
    assert np.abs(np.diff(gains)).max() < 0.02
    assert np.flatnonzero(gains < 3.9).size / 44100 < 0.06


def test_any_part_of_the_curve_is_the_part_of_the_whole():
    samples = _bursts(2)
    curve = gain_curve(_levels(samples), 20.0, CEILING_DB)
    whole = curve.over(0, len(samples))

    for start, length in [(0, 1), (BLOCK - 1, 2), (1000, 5000), (len(samples) - 7, 7)]:
        assert curve.over(start, length) == pytest.approx(whole[start : start + length])


@pytest.mark.parametrize("level", [0.00001, 0.001, 0.05, 1.0])
def test_the_gain_is_the_one_that_limiting_leaves_right(level):
    levels = _levels(level * _bursts(3, 6000))

    gain_db = gain_for_loudness(levels, -15.0, CEILING_DB)

    after = integrated_loudness(levels.energies * np.square(gain_curve(levels, gain_db, CEILING_DB).nodes))
    assert after == pytest.approx(-15.0, abs=0.05)


def test_a_sound_without_loudness_is_brought_to_a_peak():
    levels = Levels(np.full(50, 0.25, np.float32), np.full(50, 1.0, np.float32))

    assert gain_for_loudness(levels, -16.0, CEILING_DB) == pytest.approx(-3 - 20 * np.log10(0.25))


def test_clicks_that_can_never_be_loud_do_not_raise_the_gain_without_end():
    samples = np.zeros(BLOCK * 3000, np.float32)
    samples[:: BLOCK * 100] = 1.0

    assert gain_for_loudness(_levels(samples), -10.0, CEILING_DB) < 60
