"""Write audio as a WAV file that appears completely or not at all."""

import os
import secrets
import wave
from contextlib import suppress
from pathlib import Path

import numpy as np

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import BriefAudioError, ConflictError

_FULL_SCALE = 32767


def write_wav(path: Path, sound: Sound, *, replace: bool) -> None:
    """Write 16-bit PCM next to `path`, then rename it to `path` in one step.

    Raise `ConflictError` if the name is taken and `replace` is false, and `BriefAudioError` if the file can't be
    written.
    """
    refuse_taken(path, replace=replace)
    unfinished = path.with_name(f".{path.name[:100]}-{secrets.token_hex(4)}")
    try:
        _write(unfinished, sound)
        if replace:
            unfinished.replace(path)
        else:
            _name(unfinished, path)
    except OSError as error:
        raise BriefAudioError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def refuse_taken(path: Path, *, replace: bool) -> None:
    """Raise `ConflictError` if the name is taken, unless it is a file and `replace` is true.

    Devices are never replaced: if root did so, /dev/null would be gone for every program.
    """
    if path.is_dir():
        raise ConflictError(f"{path} is a folder: give the name of a file")
    if path.exists() and not path.is_file():
        raise ConflictError(f"{path} is a device or a pipe: give the name of a file")
    if path.exists() and not replace:
        raise _taken(path)


def _write(path: Path, sound: Sound) -> None:
    samples = np.rint(np.clip(sound.samples, -1.0, 1.0) * _FULL_SCALE).astype("<i2")
    with path.open("xb") as file:
        with wave.open(file, "wb") as target:
            target.setparams((1, 2, sound.rate_hz, 0, "NONE", "not compressed"))
            target.writeframes(samples.tobytes())
        file.flush()
        os.fsync(file.fileno())


def _name(unfinished: Path, path: Path) -> None:
    try:
        os.link(unfinished, path)
    except FileExistsError:
        raise _taken(path) from None
    except PermissionError:  # a file system without links
        refuse_taken(path, replace=False)
        unfinished.rename(path)


def _taken(path: Path) -> ConflictError:
    return ConflictError(f"{path} already exists", code="file_exists")
