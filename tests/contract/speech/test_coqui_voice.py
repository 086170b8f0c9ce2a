"""The Coqui voice itself: its files, its exact samples, the same in every process."""

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import wait

import numpy as np
import pytest

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.coqui import CoquiEngine
from brief_audio.speech.engines import engine_factory
from brief_audio.speech.pool import SpeechPool

pytestmark = pytest.mark.slow

REQUESTS = [
    SpeechRequest(voice="joe", text="The council approved the new budget on Tuesday night.", seed=1),
    SpeechRequest(voice="joe", text="Prices rose three point five percent, the minister said.", seed=2),
    SpeechRequest(voice="joe", text="Could anyone have known?", seed=3, speed=1.1),
]

PROGRAM = """
import hashlib, sys
from pathlib import Path
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.coqui import CoquiEngine
sound = CoquiEngine(Path(sys.argv[1])).speak(SpeechRequest("joe", sys.argv[2], int(sys.argv[3])))
print(hashlib.sha256(sound.samples.tobytes()).hexdigest())
print("numba" in sys.modules)  # it compiles, and fails where it may not keep what it compiled
"""


def digest(sound):
    return hashlib.sha256(sound.samples.tobytes()).hexdigest()


@pytest.fixture(scope="module")
def of_two_children(tmp_path_factory):
    """What two processes that started at once made in a new folder, and said of the requests and of them backwards."""
    folder = tmp_path_factory.mktemp("two") / "new"
    pool = SpeechPool(engine_factory("coqui", model_dir=folder, load_seconds=120), 2)
    try:
        futures = [pool.submit(request) for request in [*REQUESTS, *reversed(REQUESTS)]]
        wait(futures, 300)
    finally:
        pool.close()
    return folder, [digest(future.result(0)) for future in futures]


def test_children_speak_bit_by_bit_what_this_process_speaks_in_any_order(engine, of_two_children):
    alone = [digest(engine.speak(request)) for request in REQUESTS]

    assert of_two_children[1] == [*alone, *reversed(alone)]


def test_it_needs_no_program_from_outside_and_compiles_nothing(engine, model_dir):
    first = REQUESTS[0]

    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, model_dir, first.text, str(first.seed)],
        env={**os.environ, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == [digest(engine.speak(first)), "False"]
    assert told.stderr == ""


def test_no_silence_of_coquis_own_is_appended(engine):
    for request in REQUESTS:
        samples = engine.speak(request).samples

        assert len(samples) % 256 == 0  # whole frames of the network, nothing else
        assert np.flatnonzero(samples)[-1] > len(samples) - 256


def test_text_longer_than_one_run_is_said_in_runs_of_bounded_memory(engine):
    sentence = "The bridge was closed for repairs, "

    once = engine.speak(SpeechRequest("joe", sentence, 1)).duration_seconds
    long = engine.speak(SpeechRequest("joe", sentence * 15, 1)).duration_seconds

    assert 11 * once < long < 19 * once


def test_two_processes_that_start_at_once_convert_the_voice_once(of_two_children):
    assert sorted(path.name for path in of_two_children[0].iterdir()) == ["joe", "joe.lock"]


@pytest.mark.parametrize("name", ["model.pth", "config.json"])
def test_a_damaged_converted_file_is_converted_again_to_the_same_bytes(engine, model_dir, tmp_path, name):
    shutil.copytree(model_dir / "joe", tmp_path / "joe")
    damaged = tmp_path / "joe" / name
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])

    CoquiEngine(tmp_path).load("joe")

    assert damaged.read_bytes() == (model_dir / "joe" / name).read_bytes()


def test_a_checkpoint_with_more_than_weights_in_it_is_refused(engine, model_dir, tmp_path):
    import torch

    from brief_audio.speech.coqui.vits_voice import VitsVoice

    shutil.copytree(model_dir / "joe", tmp_path / "joe")
    torch.save({"model": Trap(tmp_path / "sprung")}, tmp_path / "joe" / "model.pth")

    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        VitsVoice(tmp_path / "joe" / "model.pth", tmp_path / "joe" / "config.json")

    assert not (tmp_path / "sprung").exists()


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_folder_that_cannot_be_written_makes_the_voice_unavailable(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(VoiceUnavailableError, match="cannot write"):
        CoquiEngine(tmp_path / "file").load("joe")
