"""A worker's name and its own row in the list of workers. For people; no job depends on it."""

import os
import secrets
import socket
from functools import cache

from brief_audio import __version__
from brief_audio.bootstrap import Container
from brief_audio.db.operations import workers
from brief_audio.domain.clock import utc_now
from brief_audio.domain.process_memory import memory_mib, own_children


@cache
def worker_name() -> str:
    """Return a name no other process ever has: in containers, both host name and PID can repeat."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"


class Presence:
    """Report that this process is running, and when it shuts down."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._started_at = utc_now()

    def tell(self) -> None:
        """Update the row; raise `TryAgainError` if the database doesn't answer."""
        row = {
            "name": worker_name(),
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "version": __version__,
            "concurrency": self._container.settings.concurrency,
            "memory_mib": sum(memory_mib(pid) for pid in (os.getpid(), *own_children())),
            "started_at": self._started_at,
        }
        with self._container.db.transaction() as session:
            workers.keep(session, row)

    def leave(self) -> None:
        """Delete the row; raise `TryAgainError` if the database doesn't answer."""
        with self._container.db.transaction() as session:
            workers.remove(session, worker_name())
