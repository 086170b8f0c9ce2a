"""A line to Google Cloud Storage that fails where it is told to: a proxy before the server on loopback."""

import http.client
import json
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "host", "date", "server"}


@dataclass(slots=True)
class Exchange:
    """One request on its way, and what came back for it; faults change both."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""
    sent_bytes: int | None = None  # of the answer, before the line is cut; None: all
    pause_seconds: float = 0.0  # after each few kilobytes of the answer


class LineCutError(Exception):
    """The line ends here, without an answer."""


Fault = Callable[[Exchange, Callable[[], None]], None]  # the second asks the server


def answer(status: int, message: str = "told to fail") -> Fault:
    """Answer in place of the server."""

    def fault(exchange: Exchange, ask: Callable[[], None]) -> None:
        exchange.status = status
        exchange.answer_headers = {"Content-Type": "application/json"}
        exchange.answer = json.dumps({"error": {"code": status, "message": message}}).encode()

    return fault


def cut(exchange: Exchange, ask: Callable[[], None]) -> None:
    """Cut the line before the server hears of the request."""
    raise LineCutError


def lose_answer(exchange: Exchange, ask: Callable[[], None]) -> None:
    """Let the server do its work, and lose what it says."""
    ask()
    raise LineCutError


def cut_answer(after: int) -> Fault:
    """Cut the line in the middle of the answer's body."""

    def fault(exchange: Exchange, ask: Callable[[], None]) -> None:
        ask()
        exchange.sent_bytes = after

    return fault


def trickle(exchange: Exchange, ask: Callable[[], None]) -> None:
    """Answer a few kilobytes at a time, never long enough silent to be given up for that."""
    ask()
    exchange.pause_seconds = 0.2


def send_less(exchange: Exchange, ask: Callable[[], None]) -> None:
    """Answer with less than was asked for, as if that were all."""
    ask()
    exchange.answer = exchange.answer[:1000]


def answer_with_page(exchange: Exchange, ask: Callable[[], None]) -> None:
    """Answer as a proxy on the way does that knows nothing of Google."""
    exchange.status, exchange.answer_headers = 502, {"Content-Type": "text/html"}
    exchange.answer = b"<h1>Sorry</h1>"


def flip_upload(exchange: Exchange, ask: Callable[[], None]) -> None:
    """Flip a bit in the middle of what is uploaded."""
    exchange.body = flipped(exchange.body, len(exchange.body) // 2)
    ask()


def flip_answer(exchange: Exchange, ask: Callable[[], None]) -> None:
    """Flip a bit in the middle of what is downloaded."""
    ask()
    exchange.answer = flipped(exchange.answer, len(exchange.answer) // 2)


def ignore_range(exchange: Exchange, ask: Callable[[], None]) -> None:
    """Answer with the whole object, as a careless cache would."""
    exchange.headers = {name: value for name, value in exchange.headers.items() if name.lower() != "range"}
    ask()


def say_nothing(until: Event) -> Fault:
    """Keep the line open, without a word."""

    def fault(exchange: Exchange, ask: Callable[[], None]) -> None:
        until.wait(60)
        raise LineCutError

    return fault


def flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


class FaultyLine:
    """Passes requests on, except those for which a fault is waiting; remembers all of them."""

    def __init__(self, server_url: str) -> None:
        self._server = urlsplit(server_url)
        self._faults: deque[tuple[str, Fault]] = deque()
        self._always: Fault | None = None
        self.exchanges: list[Exchange] = []
        self.page_size: int | None = None
        self.url = ""

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next requests of that method meet these faults, in this order; then none."""
        self._faults.extend((method, fault) for fault in faults)

    def always(self, fault: Fault | None) -> None:
        """Let every request meet this fault; None: none any more."""
        self._always = fault

    def methods(self) -> list[str]:
        """The methods of all requests so far."""
        return [exchange.method for exchange in self.exchanges]

    def carry(self, exchange: Exchange) -> None:
        """Take a request to the server and its answer back, or fail."""
        self.exchanges.append(exchange)
        if self.page_size is not None:
            exchange.target = exchange.target.replace("maxResults=1000", f"maxResults={self.page_size}")
        fault = self._always
        if self._faults and self._faults[0][0] == exchange.method:
            _, fault = self._faults.popleft()
        if fault is None:
            self._ask(exchange)
        else:
            fault(exchange, lambda: self._ask(exchange))

    def _ask(self, exchange: Exchange) -> None:
        connection = http.client.HTTPConnection(str(self._server.hostname), self._server.port, timeout=60)
        try:
            connection.request(exchange.method, exchange.target, exchange.body or None, exchange.headers)
            reply = connection.getresponse()
            exchange.status, exchange.answer = reply.status, reply.read()
            exchange.answer_headers = {
                name: value.replace(self._server.geturl(), self.url) for name, value in reply.getheaders()
            }
        finally:
            connection.close()


@contextmanager
def faulty_line(server_url: str) -> Iterator[FaultyLine]:
    """Open a line to the server at `server_url`."""
    line = FaultyLine(server_url)

    class Handler(_Handler):
        carrying = line

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        line.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield line
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    carrying: FaultyLine

    def _carry(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        exchange = Exchange(self.command, self.path, headers, body)
        try:
            self.carrying.carry(exchange)
        except LineCutError:
            self._hang_up()
            return
        self.send_response_only(exchange.status)
        for name, value in exchange.answer_headers.items():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(exchange.answer)))
        self.end_headers()
        with suppress(OSError):  # the client may have enough of it
            self._send(exchange.answer[: exchange.sent_bytes], exchange.pause_seconds)
        if exchange.sent_bytes is not None:
            self._hang_up()

    def _send(self, body: bytes, pause_seconds: float) -> None:
        block = 8192 if pause_seconds else max(1, len(body))
        for at in range(0, len(body), block):
            self.wfile.write(body[at : at + block])
            time.sleep(pause_seconds)

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _carry  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
