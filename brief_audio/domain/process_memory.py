"""Measure the memory of processes, as reported by the kernel."""

import resource
from contextlib import suppress
from pathlib import Path


def memory_mib(pid: int) -> int:
    """Return the private memory of a process, without shared files and libraries; 0 if it has ended."""
    with suppress(OSError):
        resident, shared = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1:3]
        return (int(resident) - int(shared)) * resource.getpagesize() >> 20
    return 0


def own_children() -> list[int]:
    """Return the running child processes of this process."""
    found: list[int] = []
    for thread in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # the thread has ended, or this kernel doesn't provide the list
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found
