"""An item's narration as one FLAC file: its utterances one after another, and a record of where each ends.

The file has 16 bits without dither, since the voice's own noise is far above the last bit. A neural voice may exceed
±1. Such a narration is stored scaled down, with the factor next to the lengths, and read back at its original level, so
that nothing is clipped and items keep their loudness relative to each other. Mastering adds the pauses.
"""

import errno
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from brief_audio.domain.audio import SILENCE_PEAK, Samples, Sound
from brief_audio.domain.errors import BadSoundError, MasteringError

LOWEST_RATE_HZ = 8_000
HIGHEST_RATE_HZ = 192_000
FULL_BELOW_BYTES = 64 * 1024  # free space that may be left when a write has failed for lack of it
_FULL_SCALE = 32767
_KIND = "brief-audio narration 1"


@dataclass(frozen=True, slots=True)
class NarrationShape:
    """The contents of a narration: the samples per utterance, at `rate_hz`, stored divided by `scale`."""

    rate_hz: int
    lengths: tuple[int, ...]
    scale: float

    @property
    def duration_ms(self) -> int:
        """Return its length without pauses."""
        return round(sum(self.lengths) * 1000 / self.rate_hz)


def write_narration(path: Path, sounds: Sequence[Sound]) -> None:
    """Write the audio of an item's utterances to `path`, replacing any file there.

    Raise `BadSoundError` if an utterance is empty, silent, not finite or of a different rate than the first, and
    `MasteringError` if the file can't be written; no file remains then.
    """
    shape = _measured_shape(sounds)
    try:
        _write(path, sounds, shape)
        _check_written(path, shape)
    except (OSError, soundfile.SoundFileError, MasteringError) as error:
        reason = _reason(path, error)
        path.unlink(missing_ok=True)
        raise MasteringError(f"could not write the narration to {path}: {reason}") from error


def stream_narration(path: Path) -> Iterator[Sound]:
    """Yield the sounds of a narration's utterances, holding one at a time.

    Raise `MasteringError` where the file is not whole.
    """
    try:
        with soundfile.SoundFile(path) as file:
            shape = _stored_shape(path, file)
            for length in shape.lengths:
                stored = file.read(length, dtype="int16")
                if len(stored) != length:
                    raise MasteringError(f"the narration in {path} is incomplete")
                yield Sound(stored.astype(np.float32) * np.float32(shape.scale / _FULL_SCALE), shape.rate_hz)
    except (OSError, soundfile.SoundFileError) as error:
        raise MasteringError(f"cannot read the narration in {path}: {error}") from error


def narration_shape(path: Path) -> NarrationShape:
    """Return a narration's contents without decoding it; raise `MasteringError` if it isn't a narration."""
    try:
        with soundfile.SoundFile(path) as file:
            return _stored_shape(path, file)
    except (OSError, soundfile.SoundFileError) as error:
        raise MasteringError(f"cannot read the narration in {path}: {error}") from error


def _reason(path: Path, error: Exception) -> str:
    """Return why a file could not be written: libsndfile itself doesn't report a full disk."""
    is_full = path.parent.is_dir() and shutil.disk_usage(path.parent).free < FULL_BELOW_BYTES
    return os.strerror(errno.ENOSPC) if is_full else str(error)


def _measured_shape(sounds: Sequence[Sound]) -> NarrationShape:
    if not sounds:
        raise BadSoundError("cannot store an item without audio")
    rate_hz = sounds[0].rate_hz
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise BadSoundError(f"{rate_hz} Hz is not a sample rate for speech")
    for sound in sounds:
        if sound.rate_hz != rate_hz:
            raise BadSoundError(f"one item has utterances with {rate_hz} Hz and {sound.rate_hz} Hz")
    peak = max(_peak(sound.samples) for sound in sounds)
    return NarrationShape(rate_hz, tuple(len(sound.samples) for sound in sounds), max(1.0, peak))


def _peak(samples: Samples) -> float:
    if not len(samples):
        raise BadSoundError("an utterance has no audio")
    peak = float(np.abs(samples).max())
    if not np.isfinite(peak):
        raise BadSoundError("an utterance has values that are not numbers")
    if peak < SILENCE_PEAK:
        raise BadSoundError("an utterance is silent")
    return peak


def _write(path: Path, sounds: Sequence[Sound], shape: NarrationShape) -> None:
    with soundfile.SoundFile(path, "w", samplerate=shape.rate_hz, channels=1, format="FLAC", subtype="PCM_16") as file:
        file.comment = json.dumps({"kind": _KIND, "scale": shape.scale, "lengths": shape.lengths})
        for sound in sounds:
            scaled = sound.samples * np.float32(_FULL_SCALE / shape.scale)
            file.write(np.rint(scaled).astype(np.int16))


def _check_written(path: Path, shape: NarrationShape) -> None:
    """Decode the written file: a full disk may only show here."""
    lengths = tuple(len(sound.samples) for sound in stream_narration(path))
    if lengths != shape.lengths or not path.is_file():
        raise MasteringError("the written file does not decode to the original audio")


def _stored_shape(path: Path, file: soundfile.SoundFile) -> NarrationShape:
    try:
        noted = json.loads(file.comment)
        shape = NarrationShape(file.samplerate, tuple(noted["lengths"]), float(noted["scale"]))
        is_whole = noted["kind"] == _KIND and sum(shape.lengths) == file.frames and min(shape.lengths) > 0
    except (ValueError, TypeError, KeyError) as error:
        raise MasteringError(f"{path} is not an item's narration: it does not list its utterances") from error
    if not is_whole or file.channels != 1 or not np.isfinite(shape.scale) or shape.scale < 1:
        raise MasteringError(f"{path} is not an item's narration: its audio does not match its own description")
    return shape
