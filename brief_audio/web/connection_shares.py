"""Track how many connections each address holds, and choose which one to evict for a newcomer.

While there is room, everyone is admitted. Once an address has reached its share, or the server is full, a newcomer is
admitted by evicting a connection that waits for its client: the longest-waiting one of the address that holds the most.
So no number of half-sent requests and idle connections can keep visitors out. If no connection is waiting, an address
that holds many loses its most stalled download.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Protocol

FEW = 8  # up to this many responses belong to one person's browser and are never evicted


class Connection(Protocol):
    """The properties of a connection used here."""

    origin: str
    last_sent_at: float

    @property
    def is_waiting(self) -> bool:
        """Whether the server waits for the client."""

    @property
    def is_taking(self) -> bool:
        """Whether a complete answer is being sent, limited only by the client's speed."""

    def give_way(self) -> None:
        """Close soon."""


class Shares:
    """The connections of one server, grouped by origin."""

    def __init__(self, most: int, from_one_address: int | None) -> None:
        self._most = most
        self._from_one = from_one_address
        self._held: defaultdict[str, set[Connection]] = defaultdict(set)
        self.total = 0

    def enter(self, connection: Connection) -> None:
        """Add a connection to the count."""
        self._held[connection.origin].add(connection)
        self.total += 1

    def leave(self, connection: Connection) -> None:
        """Remove a connection from the count; a second call does nothing."""
        theirs = self._held.get(connection.origin, set())
        if connection in theirs:
            theirs.remove(connection)
            self.total -= 1
        if not theirs:
            self._held.pop(connection.origin, None)

    def held_by(self, origin: str) -> int:
        """Return the number of connections from `origin`."""
        return len(self._held.get(origin, ()))

    def admit(self, origin: str) -> bool:
        """Return whether one more connection from `origin` may stay, evicting another one if necessary."""
        if self._from_one is not None and self.held_by(origin) >= self._from_one:
            return self._replace_waiting(self._held[origin])
        if self.total < self._most:
            return True
        return self._replace_waiting(chain.from_iterable(self._held.values())) or self._replace_taking(origin)

    def _replace_waiting(self, connections: Iterable[Connection]) -> bool:
        waiting = [one for one in connections if one.is_waiting]
        return self._dismiss(max(waiting, key=lambda one: (self.held_by(one.origin), -one.last_sent_at), default=None))

    def _replace_taking(self, origin: str) -> bool:
        most = max(self._held.values(), key=len)
        if len(most) <= max(FEW, self.held_by(origin) + 1):
            return False
        return self._dismiss(
            min((one for one in most if one.is_taking), key=lambda one: one.last_sent_at, default=None)
        )

    def _dismiss(self, connection: Connection | None) -> bool:
        if connection is None:
            return False
        self.leave(connection)
        connection.give_way()
        return True
