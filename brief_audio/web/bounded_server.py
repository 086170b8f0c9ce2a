"""waitress with limits on the connections that clients hold open; `connection_bounds` has the figures."""

import errno
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from socket import socket
from time import monotonic
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from brief_audio.domain.visitors import counted_as
from brief_audio.web.connection_bounds import ConnectionBounds
from brief_audio.web.connection_shares import Shares
from brief_audio.web.connections import BoundedChannel, FullUploadsError
from brief_audio.web.descriptors import affordable

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)
ACCEPTS_AT_ONCE = 64  # per pass of the loop, which takes a few milliseconds with all connections open
SPARE = 2 * ACCEPTS_AT_ONCE  # evicted connections that are closed in the next pass
SWEEP_SECONDS = 1
REST_SECONDS = 1.0  # after the kernel ran out of resources
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
SAY_EVERY_SECONDS = 60.0
UNREAD = 64 * 1024
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 10\r\n"
    b"Cache-Control: no-store\r\nConnection: close\r\n\r\nToo many connections are open. Try again in a moment.\n"
)


class BoundedServer(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """A server that closes overdue connections, and evicts connections when there are too many."""

    channel_class = BoundedChannel

    def __init__(
        self,
        app: "WSGIApplication",
        listening: socket,
        connections: dict[int, Any],
        bounds: ConnectionBounds,
        **options: Any,
    ) -> None:
        """Serve `app` on a listening socket; `connections` is the loop's map, `options` are passed to waitress."""
        self.bounds = _affordable(bounds)
        self.shares = Shares(self.bounds.most, self.bounds.from_one_address)
        self.leaving: list[BoundedChannel] = []
        self._accepts_from = self._said_at = float("-inf")
        settings = Adjustments(
            sockets=[listening],
            connection_limit=self.bounds.most + SPARE,
            cleanup_interval=SWEEP_SECONDS,
            asyncore_use_poll=True,
            **options,
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(settings.threads)
        place = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(
            app, connections, True, listening, dispatcher=dispatcher, adj=settings, sockinfo=place, bind_socket=False
        )

    def readable(self) -> bool:
        """Return whether to accept; each pass of the loop asks this first, so also close evicted connections here."""
        for channel in self.leaving:
            channel.handle_close()
        self.leaving.clear()
        return bool(super().readable()) and monotonic() >= self._accepts_from

    def maintenance(self, _now: float) -> None:
        """Close overdue connections and limit uploads."""
        moment = monotonic()
        for channel in list(self.active_channels.values()):
            channel.close_if_overdue(moment, self.bounds)
        self._bound_uploads()

    def handle_accept(self) -> None:
        """Accept waiting connections; catch errors, which the loop would take for the end of the server."""
        for _ in range(ACCEPTS_AT_ONCE):
            try:
                accepted = self.accept()
            except OSError as error:
                if error.errno in EXHAUSTED:
                    log.warning("can't accept connections for %g s: %s", REST_SECONDS, error)
                    self._accepts_from = monotonic() + REST_SECONDS
                return
            if accepted is None:
                return
            self._admit(*accepted)

    def _admit(self, connection: socket, address: tuple[Any, ...]) -> None:
        if not self.shares.admit(counted_as(address[0])):
            self._say_full(address[0])
            _turn_away(connection)
            return
        try:
            self.set_socket_options(connection)
        except OSError:  # the client has disconnected
            connection.close()
            return
        self.channel_class(self, connection, address, self.adj, map=self._map)

    def _bound_uploads(self) -> None:
        """Reject bodies that are being uploaded, the largest first, until the rest fit within the limits."""
        share = self.bounds.upload_bytes_from_one_address if self.bounds.from_one_address else self.bounds.upload_bytes
        total, by_origin = 0, Counter[str]()
        sending = [channel for channel in self.active_channels.values() if channel.upload_bytes]
        for channel in sorted(sending, key=lambda one: one.upload_bytes):
            arrived = channel.upload_bytes
            if total + arrived > self.bounds.upload_bytes or by_origin[channel.origin] + arrived > share:
                channel.refuse(FullUploadsError(""))
            else:
                total += arrived
                by_origin[channel.origin] += arrived

    def _say_full(self, address: str) -> None:
        if monotonic() - self._said_at > SAY_EVERY_SECONDS:
            self._said_at = monotonic()
            log.warning(
                "too many connections: %d of %d are open, %d of them from %s; new ones from there are rejected"
                " (if it is a proxy, set BRIEF_TRUSTED_PROXIES)",
                self.shares.total,
                self.bounds.most,
                self.shares.held_by(counted_as(address)),
                address,
            )


def _affordable(bounds: ConnectionBounds) -> ConnectionBounds:
    """Return the bounds, reduced if this process may not open enough files."""
    most = affordable(bounds.most)
    share = bounds.from_one_address
    return replace(bounds, most=most, from_one_address=share and max(1, share * most // bounds.most))


def _turn_away(connection: socket) -> None:
    """Tell the client that the server is full, as far as possible without waiting."""
    connection.setblocking(False)
    with suppress(OSError):  # the client has disconnected
        connection.send(FULL)
        connection.recv(UNREAD)  # unread data would make the kernel drop the answer
    connection.close()
