"""The worker: as many places as each kind of work may have, until asked to stop."""

import time
from collections.abc import Collection
from functools import partial
from threading import Event

from brief_audio.bootstrap import Container
from brief_audio.services.work.kind import WorkKind
from scheduler.places import Place

PATIENCE_SECONDS = 15.0  # for giving work back; leaves time for the rest of the shutdown within a platform's 25 s


class Worker:
    """Do work of every kind, several pieces at once, until asked to stop; `wake` shortens the wait for work."""

    def __init__(self, container: Container, kinds: Collection[WorkKind] | None = None) -> None:
        self._container = container
        self._stop = Event()
        self._places = {kind.table.name: self._places_of(kind) for kind in kinds or container.kinds}

    def _places_of(self, kind: WorkKind) -> list[Place]:
        wake_next = partial(self.wake, (kind.table.name,))
        return [
            Place(self._container, kind, self._stop, wake_next, before_priority=before_priority)
            for before_priority in kind.places
        ]

    def start(self) -> None:
        """Start looking for work."""
        for place in self._every_place():
            place.start()

    def wake(self, kinds: Collection[str] = ()) -> None:
        """Look for work of these kinds now, or of every kind if none is named.

        Wake only one free place per kind, which wakes the next one when it finds work; all at once would compete. The
        place with the tightest `before_priority` comes last.
        """
        for name, places in self._places.items():
            free = next((place for place in reversed(places) if place.is_free), None)
            if free is not None and (name in kinds or not kinds):
                free.wake()

    @property
    def is_alive(self) -> bool:
        """Return whether every thread runs; one that ended by itself hit an unexpected error."""
        return all(place.is_alive for place in self._every_place())

    def stop(self) -> None:
        """Claim nothing more, give back work in progress, and stop waiting for failing storage; return immediately."""
        self._stop.set()
        for place in self._every_place():
            place.wake()
        self._container.store.close()

    def join(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until all work is given back; give it back from here if a request blocks a place for too long."""
        end = time.monotonic() + patience_seconds
        for place in self._every_place():
            place.join(max(0.0, end - time.monotonic()))

    def _every_place(self) -> list[Place]:
        return [place for places in self._places.values() for place in places]
