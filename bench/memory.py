"""The memory use of a process tree: the largest observed sum of proportional shares."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

LOOK_EVERY_SECONDS = 0.25


class PeakMemory:
    """Watch processes and all their descendants, from a separate thread, until the block ends.

    `roots` is called for every sample, so that a server started meanwhile is included. Shared pages are divided among
    the processes that map them (PSS), so that a sum counts nothing twice.
    """

    def __init__(self, roots: Callable[[], Collection[int]]) -> None:
        self._roots = roots
        self._ended = Event()
        self._thread = Thread(target=self._watch, name="memory", daemon=True)
        self._peak_kib = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def peak_mib(self) -> float:
        """Return the largest sum so far, in MiB."""
        return self._peak_kib / 1024

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_EVERY_SECONDS):
            pids = {pid for root in self._roots() for pid in tree(root)}
            self._peak_kib = max(self._peak_kib, sum(_pss_kib(pid) for pid in pids))


def tree(root: int) -> Iterator[int]:
    """Yield a process and all its current descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children.get(pid, [])


def _parent(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return None


def _pss_kib(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
