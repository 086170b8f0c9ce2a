"""The product as an operator runs it, in a separate data folder: real processes, timed by the product's job rows."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.memory import PeakMemory

MANAGE = Path(__file__).parents[1] / "manage.py"
LONGEST_SECONDS = 540.0
STOP_SECONDS = 60.0


class BenchmarkError(Exception):
    """The measurement failed; nothing is reported."""


@dataclass(frozen=True, slots=True)
class MeasuredJob:
    """One job: seconds from its claim to its end, seconds of published audio, and its numbers of items."""

    wall_seconds: float
    sound_seconds: float
    spoken: int
    reused: int

    @property
    def real_time_factor(self) -> float:
        """Return the seconds of work per second of audio."""
        return self.wall_seconds / self.sound_seconds


class Product:
    """One installation, with default settings except for those given."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        self._talk = data_dir / "talk.txt"
        self._pid_file = data_dir / "postgres" / "cluster" / "postmaster.pid"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIEF_")}
        kept.pop("DATABASE_URL", None)
        self._env = kept | {"BRIEF_DATA_DIR": str(data_dir), "PORT": str(_free_port())} | dict(settings or {})
        data_dir.mkdir(parents=True)

    def command(self, *words: str) -> str:
        """Run a command of `manage.py`; return its output."""
        done = subprocess.run(
            [sys.executable, MANAGE, *words], env=self._env, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise BenchmarkError(
                f"manage.py {' '.join(words)} exited with status {done.returncode}: {done.stderr.strip()}"
            )
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[PeakMemory]:
        """Run `manage.py run` around the block and watch its memory; the block starts once the site is up."""
        self._talk.unlink(missing_ok=True)  # output of an earlier run
        process = self.start("run")
        try:
            with PeakMemory(lambda: [process.pid, *self._server_pids()]) as memory:
                self._wait_for("Serving on")
                yield memory
        finally:
            self.stop(process)

    @contextmanager
    def started(self, word: str, ready: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a service of `manage.py` around the block, which starts once the service has logged `ready`."""
        process = self.start(word)
        try:
            self._wait_for(ready)
            yield process
        finally:
            self.stop(process)

    def start(self, word: str) -> subprocess.Popen[bytes]:
        """Start a service of `manage.py` as the leader of a process group; the caller must end it."""
        with self._talk.open("ab") as talk:
            return subprocess.Popen(
                [sys.executable, MANAGE, word],
                env=self._env,
                stdout=talk,
                stderr=talk,
                stdin=subprocess.DEVNULL,
                process_group=0,
            )

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Ask a service to shut down, and wait for it."""
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)

    def _server_pids(self) -> list[int]:
        """Return the PID of the embedded PostgreSQL, which is not a child of `run` because it can outlive it."""
        with suppress(OSError, ValueError, IndexError):
            return [int(self._pid_file.read_text(encoding="utf-8").split()[0])]
        return []

    def generate(self, brief: str, *options: str) -> MeasuredJob:
        """Request a brief's audio from the running worker; return the measured job."""
        requested = json.loads(self.command("generate", brief, "--json", *options))
        return self.job(requested["job_id"])

    def job(self, job_id: int) -> MeasuredJob:
        """Return a job's figures once it is done; this watches the log, since queries would slow the worker down."""
        self._wait_for(rf"job {job_id} \([^)]*\): (rendition|failed)")
        shown = json.loads(self.command("jobs", "show", str(job_id), "--json"))
        return self._measured(shown["job"])

    def _wait_for(self, pattern: str) -> None:
        until = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until:
            talk = self._talk.read_text(encoding="utf-8")
            if re.search(pattern, talk):
                return
            time.sleep(0.2)
        raise BenchmarkError(f"{pattern!r} was not logged within {LONGEST_SECONDS:.0f} s; see {self._talk}")

    def _measured(self, job: dict[str, Any]) -> MeasuredJob:
        if job["status"] != "completed" or job["failed_items"] or job["attempt"] != 1:
            raise BenchmarkError(f"job {job['id']} is {job['status']}: {job['error']}; see {self._talk}")
        states = [item["state"] for item in job["items"]]
        return MeasuredJob(
            wall_seconds=_seconds(job["claimed_at"], job["finished_at"]),
            sound_seconds=job["rendition"]["seconds"],
            spoken=states.count("spoken"),
            reused=states.count("reused"),
        )


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
