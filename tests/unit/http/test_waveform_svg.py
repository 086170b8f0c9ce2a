"""The waveform: measured peaks, drawn as bars."""

from hypothesis import given
from hypothesis import strategies as st

from brief_audio.http import waveform_svg

PEAKS = st.lists(st.integers(0, 100), max_size=1000)


@given(peaks=PEAKS, most=st.integers(1, 200))
def test_every_bar_is_a_measured_peak(peaks: list[int], most: int) -> None:
    bars = waveform_svg.bars(peaks, most)

    assert len(bars) == min(most, len(peaks))
    assert set(bars) <= set(peaks)


def test_bars_are_equally_spaced_over_the_length() -> None:
    assert waveform_svg.bars([1, 9, 2, 3, 8, 4], 2) == [9, 8]


def test_bars_are_centred_and_never_vanish() -> None:
    assert waveform_svg.path([0, 100, 250]) == "M2 34.5v3.0M6 0.0v72.0M10 0.0v72.0"
