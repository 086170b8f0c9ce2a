"""What a speech child prints, line by line into our own log, so that the log keeps its one form."""

import io
import logging
import socket
import threading
from contextlib import suppress

_log = logging.getLogger("brief_audio.speech.child")

_LAST_WORDS_SECONDS = 1.0  # what a process wrote just before its end is still to be read


class Talk:
    """A line that a child has as its standard output and error; nothing of it is ever waited for."""

    def __init__(self) -> None:
        """Open both ends; raise `OSError` where the system has no room for them."""
        self._near_end, self.far_end = socket.socketpair()
        self._thread: threading.Thread | None = None

    def relay(self) -> None:
        """Log every line from now on, until the far end is closed everywhere or this one is."""
        self._thread = threading.Thread(target=self._read, name="speech-talk", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Log what is left of the talk and close both ends."""
        self.far_end.close()
        if self._thread is not None:
            self._thread.join(_LAST_WORDS_SECONDS)
        with suppress(OSError):  # the far end is gone, as it should be
            self._near_end.shutdown(socket.SHUT_RDWR)
        self._near_end.close()

    def _read(self) -> None:
        with io.TextIOWrapper(self._near_end.makefile("rb"), encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.strip():
                    _log.warning("%s", line.rstrip())
