"""Find a packaged voice's files in the installed packages, and check that they are the known ones."""

import functools
import hashlib
import importlib.util
from pathlib import Path

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.packaged_voices import PackagedVoice


def checked_model(voice: PackagedVoice) -> Path:
    """Return the path of the voice's model; `_checked` lists the errors."""
    return _checked(voice, voice.model_file, voice.model_sha256)


def checked_config(voice: PackagedVoice) -> Path:
    """Return the path of the model's configuration; `_checked` lists the errors."""
    return _checked(voice, voice.config_file, voice.config_sha256)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex; read the file again only if it was replaced or changed.

    The kernel's change time reveals that even if a copy keeps the original modification time.
    """
    status = path.stat()
    return _sha256(path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _checked(voice: PackagedVoice, name: str, sha256: str) -> Path:
    """Return the path; raise a permanent `VoiceUnavailableError` if the file is missing or different."""
    path = _package_folder(voice) / name
    try:
        found = file_sha256(path)
    except OSError as error:
        raise _unavailable(voice, f"cannot read {path} ({error.strerror})") from error
    if found != sha256:
        raise _unavailable(voice, f"{path} is not the expected file: its SHA-256 is {found}, not {sha256}")
    return path


def _package_folder(voice: PackagedVoice) -> Path:
    spec = importlib.util.find_spec(voice.package)
    if spec is None or spec.origin is None:
        raise _unavailable(voice, f"the package {voice.distribution} is not installed")
    return Path(spec.origin).parent


def _unavailable(voice: PackagedVoice, reason: str) -> VoiceUnavailableError:
    return VoiceUnavailableError(
        f"the voice {voice.card.name!r} is unavailable: {reason}; reinstall {voice.distribution}", permanent=True
    )


@functools.lru_cache(maxsize=64)
def _sha256(path: Path, *state: int) -> str:  # noqa: ARG001  part of the cache key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
