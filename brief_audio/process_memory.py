"""What processes hold in memory, as the kernel tells it."""

import resource
from contextlib import suppress
from pathlib import Path


def memory_mib(pid: int) -> int:
    """Return what a process holds for itself, without files and libraries that it shares; 0 once it is gone."""
    with suppress(OSError):
        resident, shared = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1:3]
        return (int(resident) - int(shared)) * resource.getpagesize() >> 20
    return 0


def own_children() -> list[int]:
    """Return the processes that this one started and that still run."""
    found: list[int] = []
    for thread in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # the thread has ended meanwhile, or this kernel keeps no such list
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found
