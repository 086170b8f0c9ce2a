"""Commands of the product as forks of one process that has imported them: processes of their own all the same."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

PROGRAM = Path(__file__).with_name("warm_process.py")
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # a process of several is not one to fork


class WarmCommands:
    """The process that forks; it ends with this one, whose end of its standard input is then closed."""

    def __init__(self) -> None:
        self._name = f"brief-audio-tests-{os.getpid()}"
        self._process = subprocess.Popen(
            [sys.executable, PROGRAM, self._name],
            env={name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | ONE_THREAD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def run(
        self, words: list[str], environment: Mapping[str, str], given: bytes | None, seconds: float
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end, as `subprocess.run` does; `words` begin with the program's path."""
        with TemporaryFile() as said_to, TemporaryFile() as out, TemporaryFile() as error:
            said_to.write(given or b"")
            said_to.seek(0)
            request = json.dumps({"words": words, "environment": dict(environment)}).encode()
            code = self._exit_status(request, [stream.fileno() for stream in (said_to, out, error)], seconds)
            out.seek(0)
            error.seek(0)
            return subprocess.CompletedProcess(words, code, out.read(), error.read())

    def _exit_status(self, request: bytes, streams: list[int], seconds: float) -> int:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect("\0" + self._name)
            socket.send_fds(line, [request], streams)
            answers = line.makefile("rb")
            pid = int(answers.readline())
            line.settimeout(seconds)
            try:
                return int(answers.readline())
            except TimeoutError:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                raise


@cache
def warm_commands() -> WarmCommands:
    """Return this process's own."""
    return WarmCommands()
