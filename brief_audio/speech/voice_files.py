"""Finds a packaged voice's files among the installed packages and makes sure that they are the ones we know."""

import functools
import hashlib
import importlib.util
from pathlib import Path

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.voices import PackagedVoice


def checked_model(voice: PackagedVoice) -> Path:
    """Return the path of the voice's model; see `_checked` for the errors."""
    return _checked(voice, voice.model_file, voice.model_sha256)


def checked_config(voice: PackagedVoice) -> Path:
    """Return the path of what describes the model; see `_checked` for the errors."""
    return _checked(voice, voice.config_file, voice.config_sha256)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex; a file is read again only once it is another or was changed.

    The kernel's own time of change tells so even where a copy keeps the time that its file was written.
    """
    status = path.stat()
    return _sha256(path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _checked(voice: PackagedVoice, name: str, sha256: str) -> Path:
    """Return the path; raise a permanent `VoiceUnavailableError` where the file is missing or another."""
    path = _package_folder(voice) / name
    try:
        found = file_sha256(path)
    except OSError as error:
        raise _unavailable(voice, f"{path} cannot be read ({error.strerror})") from error
    if found != sha256:
        raise _unavailable(voice, f"{path} is not the file we know: its SHA-256 is {found}, not {sha256}")
    return path


def _package_folder(voice: PackagedVoice) -> Path:
    spec = importlib.util.find_spec(voice.package)
    if spec is None or spec.origin is None:
        raise _unavailable(voice, f"the package {voice.distribution} is not installed")
    return Path(spec.origin).parent


def _unavailable(voice: PackagedVoice, reason: str) -> VoiceUnavailableError:
    return VoiceUnavailableError(
        f"the voice {voice.card.name!r} is unavailable: {reason}; install {voice.distribution} again", permanent=True
    )


@functools.lru_cache(maxsize=64)
def _sha256(path: Path, *state: int) -> str:  # noqa: ARG001  it is the cache's key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
