"""The worker: for each kind of work as many places as it may have, until told to stop."""

import time
from collections.abc import Collection
from functools import partial
from threading import Event

from brief_audio.bootstrap import Container
from brief_audio.services.work_kind import WorkKind
from scheduler.places import Place

PATIENCE_SECONDS = 15.0  # for giving work back; leaves some for all else that ends before a platform's 25 s are over


class Worker:
    """Does work of every kind, several pieces at once, until it is told to stop; `wake` shortens its wait."""

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
        """Begin to look for work."""
        for place in self._every_place():
            place.start()

    def wake(self, kinds: Collection[str] = ()) -> None:
        """Look for work of those kinds now, of every kind where none is named.

        One free place of a kind does, and wakes the next one when it has found work: all at once would only be in each
        other's way. The place that takes the least comes last.
        """
        for name, places in self._places.items():
            free = next((place for place in reversed(places) if place.is_free), None)
            if free is not None and (name in kinds or not kinds):
                free.wake()

    @property
    def is_alive(self) -> bool:
        """Return whether every thread runs; one that ended unasked met something unforeseen."""
        return all(place.is_alive for place in self._every_place())

    def stop(self) -> None:
        """Claim no more, give back the work in progress, and wait no more for a store that fails; returns at once."""
        self._stop.set()
        for place in self._every_place():
            place.wake()
        self._container.store.close()

    def join(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until all work was given back; do so from here where a request holds one up for too long."""
        end = time.monotonic() + patience_seconds
        for place in self._every_place():
            place.join(max(0.0, end - time.monotonic()))

    def _every_place(self) -> list[Place]:
        return [place for places in self._places.values() for place in places]
