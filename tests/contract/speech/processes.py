"""Looks at processes through /proc."""

import os
from pathlib import Path


def is_running(pid):
    """Whether a thread of the process is there, other than as a zombie: until the last one ends its files stay open."""
    try:
        threads = [path.name for path in Path(f"/proc/{pid}/task").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any(_state(f"{pid}/task/{thread}") not in {None, "Z", "X"} for thread in threads)


def speech_children(parent=None):
    """The pids of the speech children of a process: what multiprocessing spawned, less its resource tracker."""
    wanted = parent or os.getpid()
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return {pid for pid in pids if _parent(pid) == wanted and is_running(pid) and "spawn_main" in _command(pid)}


def _stat(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _state(pid):
    stat = _stat(pid)
    return stat[0] if stat else None


def _parent(pid):
    stat = _stat(pid)
    return int(stat[1]) if stat else None


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
