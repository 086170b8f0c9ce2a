"""Decoding in windows: the same sound as all at once, and a child that stays small."""

from itertools import pairwise
from pathlib import Path

import pytest
from processes import speech_children

from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.engines import engine_factory
from brief_audio.speech.pool import SpeechPool

pytestmark = pytest.mark.slow

TEXT = "The council approved the new budget on Tuesday night after a long debate about schools roads and water "
MOST_MIB = 750  # of one process at its peak; decoded at once, such sentences left it with 1,200 to 1,900


@pytest.mark.parametrize("count", [175, 176, 199, 300, 349, 1000, 2201])
def test_windows_are_of_one_length_and_keep_each_frame_once(count):
    from brief_audio.speech.coqui.windowed_decoder import windows

    made = list(windows(count, reach=12))

    assert {window.end - window.start for window in made} == {174}
    assert (made[0].first, made[-1].last) == (0, count)
    assert all(before.last == after.first for before, after in pairwise(made))
    assert all(window.first - window.start >= 12 or window.start == 0 for window in made)
    assert all(window.end - window.last >= 12 or window.end == count for window in made)


@pytest.mark.parametrize("frames", [20, 174, 175, 180, 400, 1001])
def test_the_decoder_gives_the_same_samples_in_windows(engine, frames):
    import torch

    decoder = engine._loaded["joe"].get()._network.waveform_decoder
    torch.manual_seed(1)
    given = torch.randn(1, 192, frames)

    with torch.inference_mode():
        whole, in_windows = decoder._decoder(given), decoder(given)

    assert whole.shape == in_windows.shape == (1, 1, 256 * frames)
    assert torch.allclose(whole, in_windows, rtol=0, atol=1e-5)  # equal to the bit wherever it was tried


@pytest.mark.parametrize(
    ("change", "reach"),
    [
        ({}, 14),
        ({"resblock_type_decoder": "2", "resblock_dilation_sizes_decoder": [[1, 3]] * 3}, 8),
        ({"upsample_kernel_sizes_decoder": [16, 16, 4, 5]}, None),
    ],
)
def test_how_far_a_sample_reaches_follows_from_the_network(change, reach):
    from TTS.tts.configs.vits_config import VitsArgs

    from brief_audio.speech.coqui.windowed_decoder import reach_in_frames

    assert reach_in_frames(VitsArgs(**change)) == reach


def test_a_child_that_speaks_sentences_of_every_length_stays_small(model_dir):
    pool = SpeechPool(engine_factory("coqui", model_dir=model_dir, load_seconds=120), 1)
    try:
        for length in range(9, 64, 10):
            text = " ".join((TEXT * 4).split()[:length])
            assert pool.submit(SpeechRequest("joe", f"{text}.", length)).result(120)
        [child] = speech_children()
        status = Path(f"/proc/{child}/status").read_text()
    finally:
        pool.close()

    [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    assert int(peak) / 1024 < MOST_MIB
