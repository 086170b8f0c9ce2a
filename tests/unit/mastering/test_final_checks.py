from dataclasses import replace

import numpy as np
import pytest

from brief_audio.domain.errors import MasteringError
from brief_audio.domain.script import ScriptSection, Utterance
from brief_audio.mastering.base import SpokenItem
from brief_audio.mastering.final_checks import are_levels_right, check_finished
from brief_audio.mastering.measurements import Measurements
from brief_audio.mastering.profile import PODCAST
from brief_audio.mastering.timeline import PlacedItem, PlacedUtterance, Timeline


@pytest.fixture
def audio(tmp_path):
    path = tmp_path / "edition.mp3"
    path.write_bytes(bytes(2000))
    return path


@pytest.fixture
def timeline(tmp_path):
    said = Utterance(ScriptSection.BODY, 0, 1, "x", "x")
    item = PlacedItem(SpokenItem(1, "One", (said,), tmp_path), (PlacedUtterance(said, 0, 441_000),))
    return Timeline((item,), 441_000)


GOOD = Measurements(441_000, -16.2, -1.3, 1, False, np.ones(1000, np.float32), np.ones(1000, np.float32))


def test_a_good_file_passes(audio, timeline):
    check_finished(audio, timeline, GOOD, PODCAST, has_cover=False)

    assert are_levels_right(GOOD, timeline, PODCAST)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"length": 441_000 - 2300}, r"decodes to 9\.948 s instead of 10\.000 s"),
        ({"length": 441_000 + 2300}, r"decodes to 10\.052 s"),
        ({"chapter_count": 2}, "2 chapters for 1 items"),
        ({"has_cover": True}, "an unexpected cover"),
        ({"loudness_lufs": -16.6}, r"loudness is -16\.6 LUFS instead of -16\.0"),
        ({"loudness_lufs": -15.4}, "loudness"),
        ({"loudness_lufs": float("nan")}, "loudness"),
        ({"true_peak_dbtp": -0.9}, r"true peak is -0\.9 dBTP, above -1\.0"),
        ({"true_peak_dbtp": float("nan")}, "true peak"),
    ],
)
def test_a_fault_is_told_with_what_was_measured(audio, timeline, fault, told):
    with pytest.raises(MasteringError, match=told):
        check_finished(audio, timeline, replace(GOOD, **fault), PODCAST, has_cover=False)


def test_a_missing_cover_is_a_fault(audio, timeline):
    with pytest.raises(MasteringError, match="cover is missing"):
        check_finished(audio, timeline, GOOD, PODCAST, has_cover=True)


def test_all_faults_are_told_at_once(audio, timeline):
    with pytest.raises(MasteringError, match=r"chapters.*; .*loudness"):
        check_finished(audio, timeline, replace(GOOD, chapter_count=0, loudness_lufs=-20.0), PODCAST, has_cover=False)


def test_a_tiny_file_is_none(audio, timeline):
    audio.write_bytes(bytes(1024))

    with pytest.raises(MasteringError, match="only 1024 bytes"):
        check_finished(audio, timeline, GOOD, PODCAST, has_cover=False)


def test_a_folder_is_no_file(tmp_path, timeline):
    with pytest.raises(MasteringError, match="not a file"):
        check_finished(tmp_path, timeline, GOOD, PODCAST, has_cover=False)


def test_a_blink_of_sound_needs_no_loudness(timeline):
    short = replace(timeline, length=20_000)

    assert are_levels_right(replace(GOOD, loudness_lufs=-70.0), short, PODCAST)
    assert not are_levels_right(replace(GOOD, true_peak_dbtp=0.0), short, PODCAST)
