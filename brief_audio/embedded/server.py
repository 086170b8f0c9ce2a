"""One run of the PostgreSQL server as a child process that ends when this process does."""

import os
import signal
import subprocess
from pathlib import Path

from brief_audio.embedded.cluster import ENVIRONMENT
from brief_audio.embedded.identity import Identity, preparation
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.log import words_since
from brief_audio.embedded.postmaster import CLUSTER_NAME, read_postmaster

DEFAULT_PORT = 5432  # for a socket, only part of its file name
_SETTINGS = (
    f"cluster_name={CLUSTER_NAME}",
    "max_connections=100",
    "shared_buffers=64MB",
    "max_wal_size=256MB",
    "max_parallel_workers_per_gather=0",  # two cores are busy synthesising, and /dev/shm is small in containers
    "max_logical_replication_workers=0",
    "io_method=sync",  # saves three processes
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
    "log_line_prefix=%m [%p] ",
)


class Server:
    """A started server that can be checked and stopped."""

    def __init__(
        self, layout: Layout, programs: Path, identity: Identity, socket_folder: Path, tcp_port: int | None
    ) -> None:
        self._layout = layout
        self._log_offset = layout.log.stat().st_size if layout.log.exists() else 0
        stale = read_postmaster(layout.cluster)
        log = layout.open_own(layout.log, os.O_WRONLY | os.O_APPEND)
        try:
            self._process = subprocess.Popen(
                [programs / "postgres", "-D", layout.cluster, *_options(socket_folder, tcp_port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # The PID in a stale file may belong to any program by now. PostgreSQL ignores this one as a server's,
                # but still checks that nothing of the old server is alive (miscinit.c, CreateLockFile).
                env=ENVIRONMENT | ({"PG_GRANDPARENT_PID": str(stale.pid)} if stale else {}),
                cwd="/",
                process_group=0,  # signals to the starter's process group must not reach it
                preexec_fn=preparation(identity),  # noqa: PLW1509 - the keeper has one thread
            )
        finally:
            os.close(log)

    @property
    def pid(self) -> int:
        """Return the process ID."""
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """Return the exit status, None while it runs; this reaps an ended process."""
        return self._process.poll()

    @property
    def is_ready(self) -> bool:
        """Return whether it accepts connections."""
        postmaster = read_postmaster(self._layout.cluster)
        return postmaster is not None and postmaster.pid == self.pid and postmaster.is_ready

    @property
    def words(self) -> str:
        """Return the end of what it has logged."""
        return words_since(self._layout.log, self._log_offset)

    def send(self, number: signal.Signals) -> None:
        """Send a signal: SIGINT for a fast, clean stop, SIGQUIT for an immediate one (PostgreSQL manual, 18.5)."""
        self._process.send_signal(number)


def _options(socket_folder: Path, tcp_port: int | None) -> list[str]:
    address = "127.0.0.1" if tcp_port else ""
    chosen = (
        *_SETTINGS,
        f"unix_socket_directories={socket_folder}",
        f"listen_addresses={address}",
        f"port={tcp_port or DEFAULT_PORT}",
    )
    return [word for setting in chosen for word in ("-c", setting)]
