"""The processes of one side: started once, then given tasks repeatedly, all at the same time."""

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
class CrewLayout:
    """The number of processes, and of workers in each."""

    processes: int
    workers: int

    def __str__(self) -> str:
        return f"{self.processes}×{self.workers}"


class Crew:
    """Processes that run the same module in the same environment."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self._processes = processes

    def work(self, url: str, layout: CrewLayout, seconds: float) -> None:
        """Make as many processes as in `layout` take jobs from `url`; return when all have finished."""
        self.begin(url, layout, seconds)
        for process in self._processes[: layout.processes]:
            assert process.stdout is not None
            if process.stdout.readline() != "done\n":
                raise BenchmarkError(f"{process.args!r} exited with status {process.wait()}; see its output above")

    def begin(self, url: str, layout: CrewLayout, seconds: float) -> None:
        """Do the same as `work`, but don't wait for the processes."""
        task = {"url": url, "workers": layout.workers, "seconds": seconds}
        for process in self._processes[: layout.processes]:
            assert process.stdin is not None
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()


@contextmanager
def crew(python: Path | str, module: str, size: int) -> Iterator[Crew]:
    """Yield `size` processes, which are ended after the block, whatever they are doing."""
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
