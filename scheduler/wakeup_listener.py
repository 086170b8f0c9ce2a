"""Learn of new work as soon as it is queued, on a separate connection; polling covers missed notifications."""

import logging
import os
from collections.abc import Callable, Collection
from threading import Event, Thread

from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.wakeups import listening
from brief_audio.domain.errors import TryAgainError

logger = logging.getLogger(__name__)

AGAIN_AFTER_SECONDS = 5.0
LONGEST_SILENCE_SECONDS = 600.0  # then probe: a router in between may have dropped the connection silently


class Listener:
    """Call `wake` with the kinds of work queued by any process; reconnect if the connection ends."""

    def __init__(
        self,
        db: Database,
        wake: Callable[[Collection[str]], None],
        *,
        again_after_seconds: float = AGAIN_AFTER_SECONDS,
        longest_silence_seconds: float = LONGEST_SILENCE_SECONDS,
    ) -> None:
        self._db = db
        self._wake = wake
        self._again_after_seconds = again_after_seconds
        self._longest_silence_seconds = longest_silence_seconds
        self._stop = Event()
        self._stopped, self._stopping = os.pipe()
        # A daemon thread: connecting may take long, and ending it loses nothing.
        self._thread = Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; return immediately."""
        self._stop.set()
        os.write(self._stopping, b"!")

    @property
    def is_alive(self) -> bool:
        """Return whether its thread runs."""
        return self._thread.is_alive()

    def join(self, patience_seconds: float) -> None:
        """Wait until the thread has ended."""
        self._thread.join(patience_seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except TryAgainError as error:
                logger.warning("%s; workers poll for work meanwhile", error)
            self._stop.wait(self._again_after_seconds)

    def _listen(self) -> None:
        with listening(self._db) as line:
            self._wake(())  # every kind: work may have been queued before we listened
            while not self._stop.is_set():
                kinds = line.wait(self._stopped, self._longest_silence_seconds)
                if not kinds and not self._stop.is_set():
                    kinds = line.probe()
                if kinds:
                    self._wake(kinds)
