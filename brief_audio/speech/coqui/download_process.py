"""The process that downloads a model, as its parent uses it: start it, poll it, end it."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.domain.private_folders import PRIVATE_UMASK

FETCHING = (sys.executable, "-m", "brief_audio.speech.coqui.download_child")  # followed by a model's name and a folder
HOPELESS_STATUS = 2  # a retry can't help

_PROJECT = Path(__file__).parents[3]
_POLL_SECONDS = 0.2
_TOLD_CHARACTERS = 300


def download(command: Sequence[str], name: str, seconds: float, check: Callable[[], None]) -> None:
    """Import Coqui and download in a separate process: this one may be a web process that never needs torch.

    An error raised by `check` ends the download and is raised here. Raise `VoiceUnavailableError` if the download fails
    or takes too long.
    """
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            command,
            cwd=_PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
            umask=PRIVATE_UMASK,
            process_group=0,  # the waiting process handles Ctrl-C
        )
        try:
            status = _ended(process, seconds, check)
        finally:
            process.kill()
            process.wait()
        if status is None:
            raise VoiceUnavailableError(f"Coqui did not download {name} within {seconds:g} s")
        if status != 0:
            reason = _last_line(told) or f"it exited with status {status}"
            raise VoiceUnavailableError(
                f"Coqui could not download {name}: {reason}", permanent=status == HOPELESS_STATUS
            )


def _ended(process: "subprocess.Popen[bytes]", seconds: float, check: Callable[[], None]) -> int | None:
    """Return the process's exit status, None if it has not exited in time."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        check()
        try:
            return process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    return process.poll()


def _last_line(told: IO[bytes]) -> str:
    told.seek(0)
    lines = [line.strip() for line in told.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:_TOLD_CHARACTERS] if lines else ""
