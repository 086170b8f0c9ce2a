"""Sounds that tempt a mastering chain to clip, to pump or to give up."""

import numpy as np
import pytest

from brief_audio.domain.audio import Sound
from brief_audio.mastering.base import Pauses
from brief_audio.mastering.master import master
from brief_audio.mastering.profile import Profile

pytestmark = pytest.mark.slow


@pytest.fixture
def check_levels(listen):
    """Assert loudness and true peak of a mastered file by ffmpeg's own meter."""

    def check(mastered):
        heard = listen(mastered.audio)
        assert heard.loudness_lufs == pytest.approx(-16, abs=0.5)
        assert heard.true_peak_dbtp <= -1.0

    return check


def test_a_loud_item_and_a_whisper_keep_their_distance(make_programme, speech, work_dir, check_levels, decode):
    items = [[speech(3, level=0.45), speech(8, level=0.45)], [speech(3, level=0.02), speech(8, level=0.02)]]

    mastered = master(make_programme(items), work_dir)

    check_levels(mastered)
    sound = decode(mastered.audio)
    border = int(44.1 * mastered.chapters[1].start_ms)
    loud, soft = (np.sqrt(np.mean(part**2)) for part in (sound[:border], sound[border:]))
    assert 20 * np.log10(loud / soft) > 20, "one static gain: nothing was pumped up"


def test_clicks_in_soft_speech_are_limited_not_clipped(make_programme, speech, work_dir, check_levels):
    samples = speech(12, level=0.03).samples.copy()
    samples[10_000::22_050] = 0.99
    samples[10_001::22_050] = -0.99

    mastered = master(make_programme([[speech(1, level=0.03), Sound(samples, 22050)]]), work_dir)

    check_levels(mastered)


def test_a_voice_beyond_full_scale_is_mastered_like_any_other(make_programme, speech, work_dir, check_levels):
    mastered = master(make_programme([[speech(1, level=0.9), speech(6, level=0.9)]]), work_dir)

    check_levels(mastered)


def test_a_very_soft_voice_is_brought_up(make_programme, speech, work_dir, check_levels):
    mastered = master(make_programme([[speech(1, level=0.002), speech(6, level=0.002)]]), work_dir)

    check_levels(mastered)


def test_another_profile_is_met_as_well(make_programme, items_of, work_dir, listen):
    speaker = Profile(loudness_lufs=-14.0, loudness_tolerance=0.5, true_peak_dbtp=-2.0, bit_rate=256_000)

    mastered = master(make_programme(items_of(2)), work_dir, profile=speaker)

    heard = listen(mastered.audio)
    assert heard.loudness_lufs == pytest.approx(-14, abs=0.5)
    assert heard.true_peak_dbtp <= -2.0
    assert mastered.bit_rate == 256_000


def test_noise_like_sound_stays_under_the_peak(make_programme, work_dir, check_levels):
    noise = np.random.default_rng(3).standard_normal(44100 * 6).astype(np.float32)

    mastered = master(make_programme([[Sound(0.2 * noise, 44100)]]), work_dir)

    check_levels(mastered)


def test_one_item_of_two_seconds(make_programme, speech, work_dir, check_levels):
    mastered = master(make_programme([[speech(0.7), speech(0.9)]]), work_dir)

    check_levels(mastered)
    assert mastered.duration_ms == pytest.approx(400 + 700 + 700 + 900, abs=2)


def test_a_sound_too_short_to_have_a_loudness(make_programme, speech, work_dir, listen):
    pauses = Pauses(opening_ms=0, after_sentence_ms=0, after_headline_ms=0, after_item_ms=0)

    mastered = master(make_programme([[speech(0.3)]], pauses=pauses), work_dir)

    assert mastered.duration_ms == 300
    assert -8 < listen(mastered.audio).true_peak_dbtp <= -1.0


def test_thirty_items(make_programme, items_of, work_dir, check_levels):
    mastered = master(make_programme(items_of(30, bodies=1, seconds=0.8)), work_dir)

    check_levels(mastered)
    assert len(mastered.chapters) == 30


def test_voices_of_several_rates_in_one_programme(make_programme, speech, work_dir, check_levels, decode):
    rates = [16000, 22050, 24000, 44100, 48000]

    mastered = master(make_programme([[speech(1, rate_hz=rate), speech(2, rate_hz=rate)] for rate in rates]), work_dir)

    check_levels(mastered)
    assert len(decode(mastered.audio)) == round(44.1 * (400 + 4 * 1200 + 5 * (3000 + 700)))
