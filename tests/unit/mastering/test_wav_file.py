"""WAV files that appear whole or not at all."""

import os
import wave

import numpy as np
import pytest

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import BriefAudioError, ConflictError
from brief_audio.mastering.wav_file import write_wav

SOUND = Sound(np.array([0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5], dtype=np.float32), 22050)


def read(path):
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22050)
        return np.frombuffer(file.readframes(100), dtype="<i2").tolist()


def test_samples_are_rounded_and_clipped(tmp_path):
    write_wav(tmp_path / "out.wav", SOUND, replace=False)

    assert read(tmp_path / "out.wav") == [0, 16384, -16384, 32767, -32767, 32767, -32767]
    assert [path.name for path in tmp_path.iterdir()] == ["out.wav"]


def test_a_file_is_not_written_over_unless_asked(tmp_path):
    (tmp_path / "out.wav").write_text("precious")

    with pytest.raises(ConflictError, match="already exists"):
        write_wav(tmp_path / "out.wav", SOUND, replace=False)
    assert (tmp_path / "out.wav").read_text() == "precious"

    write_wav(tmp_path / "out.wav", SOUND, replace=True)
    assert read(tmp_path / "out.wav")


@pytest.mark.parametrize("replace", [True, False])
def test_what_is_no_file_is_never_replaced(tmp_path, replace):
    os.mkfifo(tmp_path / "out.wav")

    with pytest.raises(ConflictError, match="a device or a pipe"):
        write_wav(tmp_path / "out.wav", SOUND, replace=replace)

    assert [path.is_fifo() for path in tmp_path.iterdir()] == [True]


@pytest.mark.parametrize(("name", "error"), [("folder", ConflictError), ("none/out.wav", BriefAudioError)])
@pytest.mark.parametrize("replace", [True, False])
def test_places_that_cannot_be_written_are_told(tmp_path, name, error, replace):
    (tmp_path / "folder").mkdir()

    with pytest.raises(error):
        write_wav(tmp_path / name, SOUND, replace=replace)

    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
