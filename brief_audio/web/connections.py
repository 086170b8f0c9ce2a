"""Close overdue connections, including those that clients keep open by sending a byte now and then.

waitress itself only closes connections that are idle for a while.
"""

from time import monotonic
from typing import Any

from waitress.utilities import Error

from brief_audio.domain.visitors import counted_as
from brief_audio.web.connection_bounds import ConnectionBounds
from brief_audio.web.request_parser import RequestParser
from brief_audio.web.server_refusals import Channel


class SlowUploadError(Error):  # type: ignore[misc]  # waitress has no types
    """The body arrives too slowly; the client should send it again over a faster connection."""

    code = 408
    reason = "Request Timeout"


class FullUploadsError(Error):  # type: ignore[misc]
    """Too many bytes are being uploaded at once; the client should try again later."""

    code = 503
    reason = "Service Unavailable"


class TimedRequest(RequestParser):
    """A request that records when reading it began."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began_at = monotonic()
        self.body_began_at: float | None = None  # None: the head is incomplete

    def received(self, data: bytes) -> int:
        """Consume the part of `data` that belongs to this request; return its length."""
        used = super().received(data)
        if self.headers_finished and self.body_began_at is None:
            self.body_began_at = monotonic()
        return used


class BoundedChannel(Channel):
    """A connection with deadlines that is counted for its origin."""

    parser_class = TimedRequest
    server: Any
    request: TimedRequest | None
    requests: list[TimedRequest]

    def __init__(self, server: Any, sock: Any, addr: tuple[Any, ...], adj: Any, map: Any = None) -> None:  # noqa: A002
        self.origin = counted_as(addr[0])
        self.last_sent_at = monotonic()  # initially, when the connection was opened
        self.sent_bytes = 0
        self._answer: tuple[float, int] | None = None  # when the current answer started, and the bytes sent before it
        super().__init__(server, sock, addr, adj, map=map)

    @property
    def is_waiting(self) -> bool:
        """Whether the server waits for the client: for a new request, or for the rest of one."""
        return not self.requests and not self.total_outbufs_len

    @property
    def is_taking(self) -> bool:
        """Whether a complete answer is being sent, limited only by the client's speed."""
        return not self.requests and bool(self.total_outbufs_len)

    @property
    def upload_bytes(self) -> int:
        """The number of body bytes received so far."""
        request = self.request
        return request.body_bytes_received if request is not None and self.is_waiting else 0

    def give_way(self) -> None:
        """Stop reading, and close before the next pass of the loop."""
        self.will_close = True
        self.server.leaving.append(self)

    def close_if_overdue(self, now: float, bounds: ConnectionBounds) -> None:
        """Close if the client has exceeded a time limit."""
        if not self.is_waiting:
            if self._is_stalled(now, bounds):
                self.handle_close()
            return
        self._answer = None
        request = self.request
        if request is None or request.body_began_at is None:
            if self._is_head_late(request, now, bounds):
                self.handle_close()
        elif _is_body_late(request, now - max(request.body_began_at, self.last_sent_at), bounds):
            self.refuse(SlowUploadError(""))

    def refuse(self, error: Error) -> None:
        """Answer the request being read with an error, then close."""
        with self.requests_lock:
            request, self.request = self.request, None
            if request is None:
                return
            request.error = error
            request.completed = True
            self.requests.append(request)
        self.server.add_task(self)

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send as much as the socket accepts; return the number of bytes."""
        sent: int = super().send(data, do_close)
        if sent:
            self.sent_bytes += sent
            self.last_sent_at = monotonic()
        return sent

    def readable(self) -> bool:
        """Return whether to poll for data; the loop still lists connections that were closed in this pass."""
        return self.socket is not None and bool(super().readable())

    def writable(self) -> bool:
        """Return whether to poll for writability."""
        return self.socket is not None and bool(super().writable())

    def handle_expt(self) -> None:
        """Close on urgent data, which HTTP doesn't use; left unread, it would keep waking the loop."""
        self.handle_close()

    def add_channel(self, map: Any = None) -> None:  # noqa: A002
        """Start counting this connection."""
        super().add_channel(map)
        self.server.shares.enter(self)

    def del_channel(self, map: Any = None) -> None:  # noqa: A002
        """Stop counting this connection."""
        super().del_channel(map)
        self.server.shares.leave(self)

    def _is_head_late(self, request: TimedRequest | None, now: float, bounds: ConnectionBounds) -> bool:
        idle = now - self.last_sent_at
        if not self.sent_bytes:
            return idle > bounds.head_seconds
        if request is None:
            return idle > bounds.keep_alive_seconds
        # The second limit is for blank lines before a request, each of which starts a new request object.
        waited = now - max(request.began_at, self.last_sent_at)
        return waited > bounds.head_seconds or idle > bounds.keep_alive_seconds + bounds.head_seconds

    def _is_stalled(self, now: float, bounds: ConnectionBounds) -> bool:
        """Return whether the client reads pending data too slowly or not at all."""
        if not self.total_outbufs_len:
            self._answer = None
            return False
        began_at, sent_before = self._answer = self._answer or (now, self.sent_bytes)
        over = now - began_at - bounds.stalled_seconds
        is_slow = over > 0 and self.sent_bytes - sent_before < over * bounds.answer_bytes_a_second
        return is_slow or now - max(began_at, self.last_sent_at) > bounds.stalled_seconds


def _is_body_late(request: TimedRequest, waited: float, bounds: ConnectionBounds) -> bool:
    over = waited - bounds.head_seconds
    is_slow = over > 0 and request.body_bytes_received < over * bounds.body_bytes_a_second
    return is_slow or waited > bounds.body_seconds
