"""Models downloaded by Coqui's own manager: fetched once, by one process, and recorded when complete."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.domain.private_folders import make_private
from brief_audio.speech.base import go_on
from brief_audio.speech.coqui.cached_folder import exclusive_process
from brief_audio.speech.coqui.download_process import FETCHING, download

FETCH_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Downloaded:
    """The files of a downloaded model."""

    checkpoint: Path
    config: Path
    vocoder: Path | None
    vocoder_config: Path | None


def known(name: str, model_dir: Path) -> Downloaded | None:
    """Return a completely downloaded model, None if the download is incomplete or a file is missing."""
    try:
        noted = json.loads(_note(folder_of(name, model_dir)).read_text(encoding="utf-8"))
        found = Downloaded(**{key: Path(path) if path else None for key, path in noted.items()})  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    paths = (found.checkpoint, found.config, found.vocoder, found.vocoder_config)
    return found if all(path.exists() for path in paths if path is not None) else None


def fetched(
    name: str,
    model_dir: Path,
    check: Callable[[], None] = go_on,
    *,
    seconds: float = FETCH_SECONDS,
    program: Sequence[str] = FETCHING,
) -> Downloaded:
    """Return the model, downloading it if needed; other processes wait for the one that downloads.

    Meanwhile `check` is called several times per second; an error it raises ends the download. Raise
    `VoiceUnavailableError` with the reason given by Coqui's manager.
    """
    found = known(name, model_dir)
    if found is not None:
        return found
    check()  # callers that can't wait for a download don't start one
    folder = folder_of(name, model_dir)
    try:
        make_private(folder.parent)
        with exclusive_process(folder, seconds, check):
            if known(name, model_dir) is None:
                download([*program, name, str(folder)], name, seconds, check)
    except OSError as error:
        raise VoiceUnavailableError(f"Coqui's model {name} cannot be written to {folder}: {error}") from error
    found = known(name, model_dir)
    if found is None:
        raise VoiceUnavailableError(f"Coqui downloaded {name}, but files are missing; see {folder}")
    return found


def write_note(folder: Path, found: Downloaded) -> None:
    """Record that a model is complete, as the last step of a download."""
    paths = {key: str(path) if path else None for key, path in asdict(found).items()}
    unfinished = folder.with_suffix(".new")
    unfinished.write_text(json.dumps(paths, indent=1), encoding="utf-8")
    unfinished.rename(_note(folder))


def folder_of(name: str, model_dir: Path) -> Path:
    """Return the folder that a model is downloaded to."""
    return model_dir / "downloaded" / hashlib.sha256(name.encode()).hexdigest()[:16]


def _note(folder: Path) -> Path:
    return folder.with_suffix(".json")
