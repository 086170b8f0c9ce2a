"""A worker's own row: that it is there, with how much memory. For people; no job depends on it."""

import os
import socket

from brief_audio import __version__
from brief_audio.bootstrap import Container
from brief_audio.db import workers
from brief_audio.domain.clock import utc_now
from brief_audio.process_memory import memory_mib, own_children
from scheduler.identity import worker_name


class Presence:
    """Says of this process that it is there, and when it leaves."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._started_at = utc_now()

    def tell(self) -> None:
        """Write the row anew; raise `TryAgainError` where the database does not answer."""
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
        """Delete the row; raise `TryAgainError` where the database does not answer."""
        with self._container.db.transaction() as session:
            workers.remove(session, worker_name())
