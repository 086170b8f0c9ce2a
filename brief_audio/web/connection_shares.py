"""Who holds how many connections, and which one gives way to a newcomer.

While there is room everyone is let in. An address that has its share, or anyone once all places are taken, is let in by
closing a connection that waits for its client: of the address that holds the most, the one that has waited longest. So
half-sent requests and idle connections, however many and from wherever, keep no visitor out. Where none waits, an
address that holds many gives up the answer that it takes most slowly.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Protocol

FEW = 8  # an address with so many answers under way is a person with a browser, who keeps them


class Connection(Protocol):
    """What is known of a connection here."""

    origin: str
    last_sent_at: float

    @property
    def is_waiting(self) -> bool:
        """Whether it is the client's turn."""

    @property
    def is_taking(self) -> bool:
        """Whether only the client's pace keeps an answer from its end."""

    def give_way(self) -> None:
        """Close soon."""


class Shares:
    """The connections of one server, by where they come from."""

    def __init__(self, most: int, from_one_address: int | None) -> None:
        self._most = most
        self._from_one = from_one_address
        self._held: defaultdict[str, set[Connection]] = defaultdict(set)
        self.total = 0

    def enter(self, connection: Connection) -> None:
        """Count a connection."""
        self._held[connection.origin].add(connection)
        self.total += 1

    def leave(self, connection: Connection) -> None:
        """Count a connection no longer; a second time changes nothing."""
        theirs = self._held.get(connection.origin, set())
        if connection in theirs:
            theirs.remove(connection)
            self.total -= 1
        if not theirs:
            self._held.pop(connection.origin, None)

    def held_by(self, origin: str) -> int:
        """Return how many connections come from there."""
        return len(self._held.get(origin, ()))

    def admit(self, origin: str) -> bool:
        """Say whether one more from `origin` may stay; where another has to go for it, that one gives way."""
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
