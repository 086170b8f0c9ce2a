"""Copy what a speech child prints, line by line, to our own log, so that the log keeps one format."""

import io
import logging
import socket
import threading
from contextlib import suppress

_log = logging.getLogger("brief_audio.speech.child")

_LAST_WORDS_SECONDS = 1.0  # time to read what a process wrote just before its end


class ChildLog:
    """A socket that serves as a child's standard output and error; the parent never blocks on it."""

    def __init__(self) -> None:
        """Open both ends; raise `OSError` if the system can't."""
        self._near_end, self.far_end = socket.socketpair()
        self._thread: threading.Thread | None = None

    def relay(self) -> None:
        """Log every line from now on, until all copies of the far end, or this end, are closed."""
        self._thread = threading.Thread(target=self._read, name="speech-talk", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Log the remaining output and close both ends."""
        self.far_end.close()
        if self._thread is not None:
            self._thread.join(_LAST_WORDS_SECONDS)
        with suppress(OSError):  # the far end is already closed
            self._near_end.shutdown(socket.SHUT_RDWR)
        self._near_end.close()

    def _read(self) -> None:
        with io.TextIOWrapper(self._near_end.makefile("rb"), encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.strip():
                    _log.warning("%s", line.rstrip())
