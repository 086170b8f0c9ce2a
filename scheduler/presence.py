"""A worker's own row: that it is running, and how much memory it uses. For people; no job depends on it."""

import os
import socket

from brief_audio import __version__
from brief_audio.bootstrap import Container
from brief_audio.db import workers
from brief_audio.domain.clock import utc_now
from brief_audio.process_memory import memory_mib, own_children
from scheduler.identity import worker_name


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
