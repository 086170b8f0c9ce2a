"""The server named in a cluster's `postmaster.pid`: which process it is, where it listens, whether it is alive."""

import os
from dataclasses import dataclass
from pathlib import Path

CLUSTER_NAME = "brief_audio_embedded"
_LINES = 8


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a running server publishes about itself (src/include/utils/pidfile.h)."""

    pid: int
    port: int
    socket_folder: str
    address: str  # first TCP address it listens on, or empty
    status: str

    @property
    def tcp_port(self) -> int | None:
        """Return the TCP port it listens on, None if it doesn't listen."""
        return self.port if self.address else None

    @property
    def is_ready(self) -> bool:
        """Return whether the file says that it accepts connections."""
        return self.status == "ready"


def read_postmaster(cluster: Path) -> Postmaster | None:
    """Read the file, None if it doesn't exist. A file that is still being written gives an empty status."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return None
    lines += [""] * (_LINES - len(lines))
    return Postmaster(
        pid=_number(lines[0]),
        port=_number(lines[3]),
        socket_folder=lines[4],
        address=lines[5].strip(),
        status=lines[7].strip(),
    )


def is_running(postmaster: Postmaster, cluster: Path) -> bool:
    """Return whether that process is alive and serves `cluster`: after a reboot another program may have its PID."""
    arguments = _command_line(postmaster.pid)
    if not arguments or "postgres" not in Path(arguments[0]).name or is_dead(postmaster.pid):
        return False
    return str(cluster) in arguments or _works_in(postmaster.pid, cluster)


def is_ours(postmaster: Postmaster) -> bool:
    """Return whether one of our keepers started it."""
    return f"cluster_name={CLUSTER_NAME}" in _command_line(postmaster.pid)


def is_dead(pid: int) -> bool:
    """Return whether the process has ended, even if it is a zombie: PID 1 of a container may reap late or never."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return fields.rpartition(")")[2].split()[0] in {"Z", "X"}


def _command_line(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return os.fsdecode(text).split("\0")


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:  # gone, or another user's
        return False


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
