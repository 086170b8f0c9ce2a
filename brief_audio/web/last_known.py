"""Report the last check of published files without delay, even while the database is slow or not responding."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import cast

from flask import Flask, current_app

from brief_audio.db.connection.engine import Database
from brief_audio.db.operations import rendition_faults

EXTENSION = "brief_audio.last_known"
WAIT_SECONDS = 0.5


class LastKnown:
    """Caches the answer of a slow query; at most one thread runs the query at a time."""

    def __init__(self, ask: Callable[[], int | None], wait_seconds: float = WAIT_SECONDS) -> None:
        self._ask = ask
        self._wait_seconds = wait_seconds
        self._lock = Lock()
        self._asking: Thread | None = None
        self._faulty = 0

    def faulty(self) -> int:
        """Return how many published editions are faulty; the last known number if the query takes too long."""
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
    """Give the site access to the result of the last check."""
    app.extensions[EXTENSION] = LastKnown(lambda: rendition_faults.count_of_current(db))


def last_known() -> LastKnown:
    """Return this application's `LastKnown`."""
    return cast("LastKnown", current_app.extensions[EXTENSION])
