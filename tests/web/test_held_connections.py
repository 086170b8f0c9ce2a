"""What strangers hold open ends: half a head, drops of a body, answers that are not taken, too many from one address.

The figures are the product's, made small; each connection comes from an address of 127.0.0.0/8.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from threading import Event
from urllib.parse import urlsplit

import pytest
from flask import Flask, Response, request

from brief_audio.web.connection_bounds import ConnectionBounds
from brief_audio.web.server import SiteServer

SECONDS = 30
SOON = 0.3
BOUNDS = ConnectionBounds(head_seconds=SOON, keep_alive_seconds=SOON, stalled_seconds=SOON)
LASTING = ConnectionBounds(most=6, from_one_address=4)
GET = b"GET /page HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST /page HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n"
LARGE = b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n"
LARGE_BYTES = 32 * 1024 * 1024
Opener = Callable[..., socket.socket]


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/page", "page", lambda: f"page {len(request.get_data())}", methods=["GET", "POST"])
    app.add_url_rule("/large", "large", lambda: Response(b"x" * LARGE_BYTES))
    return app


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def serve(stack: ExitStack, app: Flask, bounds: ConnectionBounds) -> Opener:
    """Serve `app`, and return what opens connections to it."""
    server = stack.enter_context(SiteServer(app, port=0, bounds=bounds))
    return partial(open_line, stack, urlsplit(server.url).port)


def open_line(stack: ExitStack, port: int, sent: bytes = b"", *, host: int = 1) -> socket.socket:
    """Connect from 127.0.1.`host`, and send the beginning of something."""
    line = stack.enter_context(socket.socket())
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(SECONDS)
    line.bind((f"127.0.1.{host}", 0))
    line.connect(("127.0.0.1", port))
    line.sendall(sent)
    return line


def rest_of(line: socket.socket) -> bytes:
    """Return what comes until the server closes; it fails where the server never does."""
    received = b""
    with suppress(ConnectionResetError):
        while chunk := line.recv(1 << 20):
            received += chunk
    return received


def is_answered(line: socket.socket) -> bool:
    """Ask for a page on an open connection."""
    with suppress(OSError):
        line.sendall(GET)
        return line.recv(4096).startswith(b"HTTP/1.1 200 ")
    return False


@pytest.mark.parametrize("sent", [b"", b"GET /page HTTP/1.1\r\nHost: he", b"\r\n", b"\r\n\r\n"])
def test_a_head_that_never_ends_is_given_up(stack: ExitStack, app: Flask, sent: bytes) -> None:
    line = serve(stack, app, BOUNDS)(sent)

    assert rest_of(line) == b""


@pytest.mark.parametrize("drop", [b"x", b"\r\n", b"\r\n\r\n"])
def test_a_drop_now_and_then_keeps_nothing_open(stack: ExitStack, app: Flask, drop: bytes) -> None:
    line = serve(stack, app, BOUNDS)()
    line.settimeout(SOON / 4)

    for _ in range(int(SECONDS / SOON)):
        with suppress(TimeoutError):
            line.sendall(drop)
            if not line.recv(1):
                return
    pytest.fail("it is open still")


@pytest.mark.parametrize("sent", [GET, GET + b"GET /pa", GET + b"\r\n", GET + b"\r\n\r\n"])
def test_a_connection_that_was_answered_waits_for_the_next_request_and_no_longer(
    stack: ExitStack, app: Flask, sent: bytes
) -> None:
    line = serve(stack, app, BOUNDS)(sent)

    assert rest_of(line).count(b"HTTP/1.1 200 ") == 1


def test_a_body_by_drops_is_refused_in_a_sentence(stack: ExitStack, app: Flask) -> None:
    line = serve(stack, app, BOUNDS)(POST + b"x")

    answer = rest_of(line)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"too slow" in answer


def test_a_body_has_an_end_however_fast_it_comes(stack: ExitStack, app: Flask) -> None:
    bounds = ConnectionBounds(head_seconds=SOON, body_bytes_a_second=0, body_seconds=2 * SOON)

    assert rest_of(serve(stack, app, bounds)(POST + b"x")).startswith(b"HTTP/1.1 408 ")


def test_a_request_that_is_worked_on_is_waited_for(stack: ExitStack, app: Flask) -> None:
    done = Event()
    app.add_url_rule("/slow", "slow", lambda: str(done.wait(SECONDS)))
    opened = serve(stack, app, BOUNDS)
    slow, other = opened(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n" + GET[:9]), opened()

    assert rest_of(other) == b""  # its time was over, and the other's was not
    done.set()
    assert slow.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_an_answer_that_is_not_taken_is_given_up(stack: ExitStack, app: Flask) -> None:
    opened = serve(stack, app, BOUNDS)
    line = opened(LARGE)

    for _ in range(4):  # each of these lasts as long as the server waits
        assert rest_of(opened()) == b""
    assert len(rest_of(line)) < LARGE_BYTES


def test_an_answer_that_is_taken_by_drops_is_given_up(stack: ExitStack, app: Flask) -> None:
    line = serve(stack, app, replace(BOUNDS, answer_bytes_a_second=1 << 40))(LARGE)
    taken = 0

    with suppress(ConnectionResetError):
        while chunk := line.recv(4096):
            taken += len(chunk)
            Event().wait(0.001)
    assert taken < LARGE_BYTES


def test_one_address_gets_its_share_and_others_are_answered(stack: ExitStack, app: Flask) -> None:
    opened = serve(stack, app, replace(LASTING, most=100))
    lines = [opened(LARGE) for _ in range(4)]
    beginnings = [line.recv(15) for line in lines]

    refused = rest_of(opened())

    assert beginnings == [b"HTTP/1.1 200 OK"] * 4
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"Try again in a moment." in refused
    assert is_answered(opened(host=2))


def test_behind_proxies_one_address_may_hold_every_place(stack: ExitStack, app: Flask) -> None:
    opened = serve(stack, app, replace(LASTING, most=16, from_one_address=None))

    assert [is_answered(opened()) for _ in range(16)] == [True] * 16


def test_half_a_head_gives_way_to_the_next_from_there(stack: ExitStack, app: Flask) -> None:
    opened = serve(stack, app, replace(LASTING, most=100))
    halves = [opened(GET[:-2]) for _ in range(5)]

    assert is_answered(opened())
    assert rest_of(halves[0]) == b""


@pytest.mark.parametrize("hosts", [2, 40])
def test_half_a_head_gives_way_to_others_where_every_place_is_taken(stack: ExitStack, app: Flask, hosts: int) -> None:
    opened = serve(stack, app, replace(LASTING, most=16, from_one_address=16))
    for number in range(40):
        opened(GET[:-2], host=1 + number % hosts)

    assert [is_answered(opened(host=100 + number)) for number in range(20)] == [True] * 20


def test_many_answers_to_one_address_give_way_to_others(stack: ExitStack, app: Flask) -> None:
    opened = serve(stack, app, replace(LASTING, most=16, from_one_address=16))
    for _ in range(16):
        assert opened(LARGE).recv(15) == b"HTTP/1.1 200 OK"

    assert is_answered(opened(host=2))


def test_only_so_much_may_be_on_its_way_at_once(stack: ExitStack, app: Flask) -> None:
    opened = serve(stack, app, replace(LASTING, upload_bytes_from_one_address=300_000))
    lines = [opened(POST + b"x" * size) for size in (100_000, 150_000, 200_000)]

    assert rest_of(lines[2]).startswith(b"HTTP/1.1 503 ")
    for line, size in zip(lines, (100_000, 150_000), strict=False):
        line.sendall(b"x" * (1_000_000 - size))
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_urgent_bytes_end_a_connection(stack: ExitStack, app: Flask) -> None:
    line = serve(stack, app, ConnectionBounds())(GET[:9])

    line.send(b"!", socket.MSG_OOB)

    assert rest_of(line) == b""


def test_a_head_that_is_too_long_is_refused(stack: ExitStack, app: Flask) -> None:
    line = serve(stack, app, ConnectionBounds())(GET[:-2] + b"X-Note: " + b"x" * 40_000)

    assert rest_of(line).startswith(b"HTTP/1.1 431 ") or rest_of(line) == b""
