"""What the last check of published files found: told at once, even while the database is silent or busy."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import cast

from flask import Flask, current_app

from brief_audio.db import rendition_faults
from brief_audio.db.engine import Database

EXTENSION = "brief_audio.last_known"
WAIT_SECONDS = 0.5


class LastKnown:
    """The newest answer of a question that may take long; one thread at a time asks it."""

    def __init__(self, ask: Callable[[], int | None], wait_seconds: float = WAIT_SECONDS) -> None:
        self._ask = ask
        self._wait_seconds = wait_seconds
        self._lock = Lock()
        self._asking: Thread | None = None
        self._faulty = 0

    def faulty(self) -> int:
        """Return how many published editions are faulty; what was last known where there is no new answer in time."""
        with self._lock:
            if self._asking is None or not self._asking.is_alive():
                self._asking = Thread(target=self._refresh, name="last known", daemon=True)
                self._asking.start()
            asking = self._asking
        asking.join(self._wait_seconds)
        return self._faulty

    def _refresh(self) -> None:
        found = self._ask()
        if found is not None:
            self._faulty = found


def add_last_known(app: Flask, db: Database) -> None:
    """Let the site know what the last check found."""
    app.extensions[EXTENSION] = LastKnown(lambda: rendition_faults.count_of_current(db))


def last_known() -> LastKnown:
    """Return what this application knows."""
    return cast("LastKnown", current_app.extensions[EXTENSION])
