import numpy as np
import pytest

from brief_audio.mastering.waveform import BARS, bars, long_silences


@pytest.mark.parametrize("length", [1, 7, 160, 161, 60_000])
def test_there_are_as_many_bars_as_the_sound_allows(length):
    assert len(bars(np.ones(length, np.float32))) == min(BARS, length)


def test_the_loudest_bar_is_100_and_silence_is_0():
    powers = np.concatenate([np.zeros(800), np.full(800, 0.01), np.full(800, 0.04)]).astype(np.float32)

    heights = bars(powers)

    assert (heights[0], heights[len(heights) // 2], heights[-1]) == (0, 50, 100)


def test_silence_has_a_flat_waveform():
    assert set(bars(np.zeros(500, np.float32))) == {0}


def test_only_silences_of_a_second_or_longer_are_told():
    peaks = np.full(1000, 0.2, np.float32)
    peaks[100:199] = 0.001
    peaks[300:400] = 0.001
    peaks[880:] = 0

    assert long_silences(peaks) == ((3000, 4000), (8800, 10_000))


def test_sound_without_silence_has_none():
    assert long_silences(np.full(1000, 0.2, np.float32)) == ()
