"""Run ffmpeg as a child process that never outlives its use, without blocking on it for too long."""

import fcntl
import os
import select
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import imageio_ffmpeg

from brief_audio.domain.errors import MasteringError
from brief_audio.domain.private_folders import PRIVATE_UMASK
from brief_audio.mastering.stop_check import StopCheck

_WAIT_SECONDS = 0.1
_PIPE_BYTES = 1 << 20
_TOLD_LINES = 5
_TOLD_CHARACTERS = 600


def bundled_ffmpeg() -> Path:
    """Return the ffmpeg installed with the requirements; raise `MasteringError` if it is missing."""
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise MasteringError(f"mastering needs ffmpeg, which was not found: {error}") from error


class Ffmpeg:
    """One run of ffmpeg, as a context that kills it if it is still running at the end.

    Its output goes to the file `log`. It runs in a separate process group, so that a Ctrl-C for the worker doesn't end
    it first. Every method raises `MasteringError` if ffmpeg fails or takes longer than `seconds`.
    """

    def __init__(self, program: Path, arguments: Sequence[str], *, log: Path, seconds: float, pace: StopCheck) -> None:
        self._command = [str(program), "-nostdin", "-nostats", "-loglevel", "info", *arguments]
        self._log = log
        self._seconds = seconds
        self._pace = pace
        self._deadline = 0.0

    def __enter__(self) -> Self:
        self._deadline = time.monotonic() + self._seconds
        try:
            with self._log.open("wb") as log:
                self._process: subprocess.Popen[bytes] = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    bufsize=0,
                    process_group=0,
                    umask=PRIVATE_UMASK,
                )
        except OSError as error:
            raise MasteringError(f"ffmpeg did not start: {error}") from error
        _widen(self._stdin)
        _widen(self._stdout)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._stdin, self._stdout):
            with suppress(OSError):
                pipe.close()

    def write(self, data: memoryview) -> None:
        """Write more data to its input."""
        rest = data.cast("B")
        while rest:
            self._wait_for(self._stdin.fileno(), select.POLLOUT)
            try:
                rest = rest[os.write(self._stdin.fileno(), rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise MasteringError(f"ffmpeg ended too early: {self._last_words()}") from error

    def read(self) -> bytes:
        """Return the next part of its output, empty at the end."""
        while True:
            self._wait_for(self._stdout.fileno(), select.POLLIN)
            try:
                return os.read(self._stdout.fileno(), _PIPE_BYTES)
            except BlockingIOError:
                continue

    def finish(self) -> str:
        """Wait until it has finished; return its log output."""
        with suppress(OSError):
            self._stdin.close()
        while True:
            self._check()
            try:
                status = self._process.wait(_WAIT_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            if status:
                raise MasteringError(f"ffmpeg failed with status {status}: {self._last_words()}")
            return self._said()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _wait_for(self, descriptor: int, what: int) -> None:
        ready = select.poll()
        ready.register(descriptor, what)
        self._check()
        while not ready.poll(_WAIT_SECONDS * 1000):
            self._check()

    def _check(self) -> None:
        self._pace.tick()
        if time.monotonic() > self._deadline:
            raise MasteringError(f"ffmpeg took longer than {self._seconds:.0f} s")

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._said().splitlines() if line.strip()]
        return " | ".join(lines[-_TOLD_LINES:])[-_TOLD_CHARACTERS:]


def _widen(pipe: IO[bytes]) -> None:
    """Make a pipe non-blocking and large, so that the two processes switch less often."""
    os.set_blocking(pipe.fileno(), False)
    with suppress(OSError):  # over this user's limit: the default size works, too
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
