import json

import numpy as np
import pytest
import soundfile

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import BadSoundError, MasteringError
from brief_audio.mastering.narration_file import narration_shape, stream_narration, write_narration


def _sound(length, level=0.5, rate_hz=22050):
    samples = level * np.sin(2 * np.pi * 220 * np.arange(length) / rate_hz)
    return Sound(samples.astype(np.float32), rate_hz)


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    return folder / "item.flac"


def test_what_is_read_is_what_was_written_to_half_a_step(path):
    sounds = [_sound(22050), _sound(1103, 0.1), _sound(40000, 1.0)]

    write_narration(path, sounds)

    read = list(stream_narration(path))
    assert [len(sound.samples) for sound in read] == [22050, 1103, 40000]
    for before, after in zip(sounds, read, strict=True):
        assert after.rate_hz == 22050
        assert after.samples.dtype == np.float32
        assert np.abs(before.samples - after.samples).max() <= 0.51 / 32767


def test_a_voice_beyond_full_scale_keeps_its_level_and_is_not_clipped(path):
    sounds = [_sound(5000, 1.7), _sound(5000, 0.5)]

    write_narration(path, sounds)

    loud, soft = stream_narration(path)
    assert np.abs(loud.samples - sounds[0].samples).max() <= 0.6 * 1.7 / 32767
    assert np.abs(soft.samples - sounds[1].samples).max() <= 0.6 * 1.7 / 32767
    assert np.abs(soundfile.read(path, dtype="int16")[0].astype(int)).max() == 32767


def test_any_player_reads_it_as_16_bit_flac(path):
    write_narration(path, [_sound(3000), _sound(4000)])

    info = soundfile.info(path)
    assert (info.format, info.subtype, info.channels, info.frames) == ("FLAC", "PCM_16", 1, 7000)


def test_the_shape_is_told_without_decoding(path):
    write_narration(path, [_sound(3000, rate_hz=24000), _sound(4000, rate_hz=24000)])

    shape = narration_shape(path)

    assert (shape.rate_hz, shape.lengths, shape.scale) == (24000, (3000, 4000), 1.0)


def test_thousands_of_utterances_fit(path):
    sounds = [_sound(40)] * 3_000

    write_narration(path, sounds)

    assert narration_shape(path).lengths == (40,) * 3_000


def test_it_is_read_one_utterance_at_a_time(path):
    write_narration(path, [_sound(3000), _sound(4000)])

    stream = stream_narration(path)

    assert len(next(stream).samples) == 3000
    stream.close()


@pytest.mark.parametrize(
    ("sounds", "reason"),
    [
        ([], "without a sound"),
        ([_sound(0)], "without sound"),
        ([_sound(2000), _sound(2000, 0.0005)], "silent"),
        ([Sound(np.array([0.1, np.nan], np.float32), 22050)], "not numbers"),
        ([Sound(np.array([0.1, -np.inf], np.float32), 22050)], "not numbers"),
        ([_sound(2000), _sound(2000, rate_hz=24000)], "22050 and 24000"),
        ([_sound(2000, rate_hz=100)], "no rate"),
    ],
)
def test_sound_that_is_none_is_refused_and_leaves_no_file(path, sounds, reason):
    with pytest.raises(BadSoundError, match=reason):
        write_narration(path, sounds)

    assert not path.exists()


def test_a_folder_that_is_missing_is_a_mastering_error(tmp_path):
    with pytest.raises(MasteringError, match="could not be written"):
        write_narration(tmp_path / "nowhere" / "item.flac", [_sound(2000)])


@pytest.mark.parametrize("kept", [0, 3, 100, 0.5, -1])
def test_a_truncated_file_is_refused(path, kept):
    write_narration(path, [_sound(30000), _sound(30000)])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept])

    with pytest.raises(MasteringError):
        list(stream_narration(path))


def test_a_flipped_byte_is_refused(path):
    write_narration(path, [_sound(30000), _sound(30000)])
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) * 3 // 4] ^= 0xFF
    path.write_bytes(damaged)

    with pytest.raises(MasteringError):
        list(stream_narration(path))


@pytest.mark.parametrize(
    "comment",
    [
        "[]",
        "7",
        "{}",
        "no json",
        json.dumps({"kind": "other", "scale": 1, "lengths": [1000]}),
        json.dumps({"kind": "brief-audio narration 1", "scale": 1, "lengths": [999]}),
        json.dumps({"kind": "brief-audio narration 1", "scale": 1, "lengths": []}),
        json.dumps({"kind": "brief-audio narration 1", "scale": 1, "lengths": [2000, -1000]}),
        json.dumps({"kind": "brief-audio narration 1", "scale": float("nan"), "lengths": [1000]}),
        json.dumps({"kind": "brief-audio narration 1", "scale": 0, "lengths": [1000]}),
        json.dumps({"kind": "brief-audio narration 1", "scale": 1, "lengths": ["1000"]}),
    ],
)
def test_a_foreign_flac_is_refused(path, comment):
    with soundfile.SoundFile(path, "w", 22050, 1, "PCM_16", format="FLAC") as file:
        file.comment = comment
        file.write(_sound(1000).samples)

    with pytest.raises(MasteringError):
        narration_shape(path)


def test_a_missing_file_is_a_mastering_error(path):
    with pytest.raises(MasteringError, match="cannot be read"):
        list(stream_narration(path))
