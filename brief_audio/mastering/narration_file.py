"""An item's narration as one FLAC file: its utterances one after another, and in the file itself where each ends.

16 bits without dither: the voice's own noise lies far above the last bit. A neural voice may pass ±1; such a
narration is stored scaled down, with the factor beside the lengths, and read back at the level it was spoken at,
so that nothing is clipped and no item changes its loudness against the others. Pauses are not stored: mastering
puts them in.
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
FULL_BELOW_BYTES = 64 * 1024  # what is left free by a write that found no room
_FULL_SCALE = 32767
_KIND = "brief-audio narration 1"


@dataclass(frozen=True, slots=True)
class NarrationShape:
    """What a narration holds: samples of each utterance, `rate_hz` of them a second, stored divided by `scale`."""

    rate_hz: int
    lengths: tuple[int, ...]
    scale: float

    @property
    def duration_ms(self) -> int:
        """Return how long it sounds, without pauses."""
        return round(sum(self.lengths) * 1000 / self.rate_hz)


def write_narration(path: Path, sounds: Sequence[Sound]) -> None:
    """Write the sounds of an item's utterances to `path`, in place of what lies there.

    Raise `BadSoundError` where a sound is empty, silent, not finite or of another rate than the first, and
    `MasteringError` where the file cannot be written; no file is left then.
    """
    shape = _measured_shape(sounds)
    try:
        _write(path, sounds, shape)
        _check_written(path, shape)
    except (OSError, soundfile.SoundFileError, MasteringError) as error:
        reason = _reason(path, error)
        path.unlink(missing_ok=True)
        raise MasteringError(f"the narration could not be written to {path}: {reason}") from error


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
                    raise MasteringError(f"the narration in {path} ends too early")
                yield Sound(stored.astype(np.float32) * np.float32(shape.scale / _FULL_SCALE), shape.rate_hz)
    except (OSError, soundfile.SoundFileError) as error:
        raise MasteringError(f"the narration in {path} cannot be read: {error}") from error


def narration_shape(path: Path) -> NarrationShape:
    """Return what a narration holds without decoding it; raise `MasteringError` where it is not one."""
    try:
        with soundfile.SoundFile(path) as file:
            return _stored_shape(path, file)
    except (OSError, soundfile.SoundFileError) as error:
        raise MasteringError(f"the narration in {path} cannot be read: {error}") from error


def _reason(path: Path, error: Exception) -> str:
    """Return why a file could not be written: libsndfile itself says nothing of a full disk."""
    is_full = path.parent.is_dir() and shutil.disk_usage(path.parent).free < FULL_BELOW_BYTES
    return os.strerror(errno.ENOSPC) if is_full else str(error)


def _measured_shape(sounds: Sequence[Sound]) -> NarrationShape:
    if not sounds:
        raise BadSoundError("an item without a sound cannot be kept")
    rate_hz = sounds[0].rate_hz
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise BadSoundError(f"{rate_hz} samples a second is no rate of speech")
    for sound in sounds:
        if sound.rate_hz != rate_hz:
            raise BadSoundError(f"sounds of one item have {rate_hz} and {sound.rate_hz} samples a second")
    peak = max(_peak(sound.samples) for sound in sounds)
    return NarrationShape(rate_hz, tuple(len(sound.samples) for sound in sounds), max(1.0, peak))


def _peak(samples: Samples) -> float:
    if not len(samples):
        raise BadSoundError("an utterance is without sound")
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
    """Decode what was written: a full disk may show only here."""
    lengths = tuple(len(sound.samples) for sound in stream_narration(path))
    if lengths != shape.lengths or not path.is_file():
        raise MasteringError("what was written does not decode to what was given")


def _stored_shape(path: Path, file: soundfile.SoundFile) -> NarrationShape:
    try:
        noted = json.loads(file.comment)
        shape = NarrationShape(file.samplerate, tuple(noted["lengths"]), float(noted["scale"]))
        is_whole = noted["kind"] == _KIND and sum(shape.lengths) == file.frames and min(shape.lengths) > 0
    except (ValueError, TypeError, KeyError) as error:
        raise MasteringError(f"{path} is not the narration of an item: it does not tell its utterances") from error
    if not is_whole or file.channels != 1 or not np.isfinite(shape.scale) or shape.scale < 1:
        raise MasteringError(f"{path} is not the narration of an item: its sound and its own account of it differ")
    return shape
