"""The product as a stranger starts it: real processes, found again by the data folder in their environment."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.warm import warm_commands

REPOSITORY = Path(__file__).parents[2]
PROGRAM = str(REPOSITORY / "manage.py")
PATIENCE_SECONDS = 120.0


def free_port() -> int:
    """A port of the loopback address that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Return once `is_so` does; fail, naming `what`, where it never does."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.05)


@dataclass
class Product:
    """One installation: a data folder, a port, and the commands over them."""

    data_dir: Path
    engine: str = "tone"
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> Mapping[str, str]:
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_CONFIG") if name in os.environ
        }
        own = {"BRIEF_DATA_DIR": str(self.data_dir), "BRIEF_ENGINE": self.engine, "PORT": str(self.port)}
        return kept | own | self.extra

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(
        self, *words: str, given: bytes | None = None, seconds: float = PATIENCE_SECONDS
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end, in a process that found its modules imported."""
        if "COVERAGE_PROCESS_CONFIG" in os.environ:  # which measures a process from its beginning
            return self.cold_command(*words, given=given, seconds=seconds)
        return warm_commands().run([PROGRAM, *words], self.environment, given, seconds)

    def cold_command(
        self, *words: str, given: bytes | None = None, seconds: float = PATIENCE_SECONDS
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end as a person does."""
        return subprocess.run(
            [sys.executable, PROGRAM, *words],
            env=self.environment,
            input=given,
            capture_output=True,
            timeout=seconds,
            check=False,
        )

    def start(self, *words: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Start a command as the leader of a process group, with its talk in `talk`; data too, but for a `stdout`."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.talk_path.open("ab") as talk:
            process = subprocess.Popen(
                [sys.executable, PROGRAM, *words],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=talk if stdout is None else stdout,
                stderr=talk,
                process_group=0,
            )
        self.started.append(process)
        return process

    @property
    def talk_path(self) -> Path:
        return self.data_dir / "talk.txt"

    @property
    def talk(self) -> str:
        return self.talk_path.read_text(encoding="utf-8") if self.talk_path.exists() else ""

    def processes(self) -> list[int]:
        """The living processes of this installation (a zombie only waits for its parent)."""
        mark = str(self.data_dir).encode()
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _has(entry, mark)]

    def end(self) -> None:
        """Kill what is left, so that a test that failed leaves no process to the next."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.started:
            process.wait(PATIENCE_SECONDS)

    def wait_until_gone(self) -> None:
        """Return once no process is left: within seconds, as a person at a terminal would expect."""
        wait_until(lambda: self.processes() == [], "every process to end", 10)

    def interrupt(self, process: subprocess.Popen[bytes]) -> int:
        """Press Ctrl-C: SIGINT to the whole group; return the exit code."""
        os.killpg(process.pid, signal.SIGINT)
        return process.wait(PATIENCE_SECONDS)


def _has(process: Path, mark: bytes) -> bool:
    try:
        is_zombie = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not is_zombie and any(mark in (process / file).read_bytes() for file in ("environ", "cmdline"))
    except OSError:
        return False
