"""The processes of one side: started once, told again and again what to do, all at the same moment."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.product import BenchmarkError

PROJECT = Path(__file__).parents[2]
STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Layout:
    """How many processes, and how many workers in each."""

    processes: int
    workers: int

    def __str__(self) -> str:
        return f"{self.processes}×{self.workers}"


class Crew:
    """Processes that run one module in one environment."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self._processes = processes

    def work(self, url: str, layout: Layout, seconds: float) -> None:
        """Let as many of them as `layout` says take jobs from `url`; return when all have ended."""
        self.begin(url, layout, seconds)
        for process in self._processes[: layout.processes]:
            assert process.stdout is not None
            if process.stdout.readline() != "done\n":
                raise BenchmarkError(f"{process.args!r} ended with {process.wait()}; what it said stands above")

    def begin(self, url: str, layout: Layout, seconds: float) -> None:
        """Do what `work` does, and do not wait for it."""
        task = {"url": url, "workers": layout.workers, "seconds": seconds}
        for process in self._processes[: layout.processes]:
            assert process.stdin is not None
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()


@contextmanager
def crew(python: Path | str, module: str, size: int) -> Iterator[Crew]:
    """Yield so many processes, which end with the block, whatever they are doing."""
    command = [str(python), "-c", f"from {module} import main; main()"]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) for _ in range(size)]
    try:
        yield Crew(processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.communicate(timeout=STOP_SECONDS)
