"""Models that Coqui's own manager downloads: fetched once, by one process, and noted when they are whole."""

import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui.made_folder import only_process

_PROJECT = Path(__file__).parents[3]
_FETCH_SECONDS = 1800.0
_TOLD_CHARACTERS = 300
HOPELESS_STATUS = 2  # of the process that downloads: trying again cannot help


@dataclass(frozen=True, slots=True)
class Downloaded:
    """Where the files of a downloaded model lie."""

    checkpoint: Path
    config: Path
    vocoder: Path | None
    vocoder_config: Path | None


def known(name: str, model_dir: Path) -> Downloaded | None:
    """Return a model that was downloaded whole; None where it was not, or where a file has gone since."""
    try:
        noted = json.loads(_note(folder_of(name, model_dir)).read_text(encoding="utf-8"))
        found = Downloaded(**{key: Path(path) if path else None for key, path in noted.items()})  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    paths = (found.checkpoint, found.config, found.vocoder, found.vocoder_config)
    return found if all(path.exists() for path in paths if path is not None) else None


def fetched(name: str, model_dir: Path, *, seconds: float = _FETCH_SECONDS) -> Downloaded:
    """Return the model, downloaded first where it is not there; other processes wait for the one that does so.

    Raise `VoiceUnavailableError` with the reason of Coqui's manager.
    """
    found = known(name, model_dir)
    if found is not None:
        return found
    folder = folder_of(name, model_dir)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with only_process(folder, seconds):
            if known(name, model_dir) is None:
                _fetch(name, folder, seconds)
    except OSError as error:
        raise VoiceUnavailableError(f"Coqui's model {name} cannot be written to {folder}: {error}") from error
    found = known(name, model_dir)
    if found is None:
        raise VoiceUnavailableError(f"Coqui downloaded {name}, but its files are not there; see {folder}")
    return found


def write_note(folder: Path, found: Downloaded) -> None:
    """Note that a model is whole: the last thing that a download does."""
    paths = {key: str(path) if path else None for key, path in asdict(found).items()}
    unfinished = folder.with_suffix(".new")
    unfinished.write_text(json.dumps(paths, indent=1), encoding="utf-8")
    unfinished.rename(_note(folder))


def folder_of(name: str, model_dir: Path) -> Path:
    """Return the folder that a model is downloaded into."""
    return model_dir / "downloaded" / hashlib.sha256(name.encode()).hexdigest()[:16]


def _note(folder: Path) -> Path:
    return folder.with_suffix(".json")


def _fetch(name: str, folder: Path, seconds: float) -> None:
    """Let a process of its own import Coqui and download: this one may be a site that has no use for torch."""
    command = [sys.executable, "-m", "brief_audio.speech.coqui.fetching", name, str(folder)]
    try:
        done = subprocess.run(
            command,
            cwd=_PROJECT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise VoiceUnavailableError(f"Coqui did not download {name} in {seconds:g} s") from None
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = lines[-1][:_TOLD_CHARACTERS] if lines else f"it ended with status {done.returncode}"
        raise VoiceUnavailableError(
            f"Coqui could not download {name}: {reason}", permanent=done.returncode == HOPELESS_STATUS
        )
