"""The server: slow listeners cost no thread, the port is ours or refused, stopping closes everything."""

import errno
import logging
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from flask import Flask, request
from sqlalchemy import text

from brief_audio.domain.errors import ConflictError, SettingsError
from brief_audio.web import server as server_module
from brief_audio.web.server import SiteServer
from tests.web.editions import Published, SiteParts, add_edition, add_show

TIMEOUT = 60
LISTENERS = 40


@pytest.fixture
def server(app: Flask) -> Iterator[SiteServer]:
    with SiteServer(app, "127.0.0.1", 0) as running:
        yield running


@pytest.fixture
def long_edition(parts: SiteParts, tmp_path: Path) -> Published:
    """An edition far larger than what the sockets between us can hold."""
    sound = tmp_path / "long.mp3"
    sound.write_bytes(b"0123456789abcdef" * (8 * 1024 * 1024 // 16))
    add_show(parts.db)
    return add_edition(parts.db, parts.store, sound)


def fetch(url: str, **headers: str) -> bytes:
    with urlopen(Request(url, headers=headers), timeout=TIMEOUT) as answer:
        return answer.read()


def listen(server: SiteServer, path: str, *headers: str) -> socket.socket:
    """Ask for a file and take nothing of it yet."""
    parts = urlsplit(server.url)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.settimeout(TIMEOUT)
    listener.connect((parts.hostname, parts.port))
    lines = (f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close", *headers)
    listener.sendall("\r\n".join((*lines, "", "")).encode())
    return listener


def read_to_end(listener: socket.socket) -> int:
    """Take the rest in big gulps; return how many bytes of a body arrived."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    received, head = 0, b""
    while chunk := listener.recv(1 << 20):
        if b"\r\n\r\n" in head:
            received += len(chunk)
        else:
            head += chunk
            received = len(head.partition(b"\r\n\r\n")[2])
    return received


def test_a_file_arrives_whole_and_in_parts(server: SiteServer, long_edition: Published) -> None:
    address = f"{server.url}/audio/{long_edition.names.audio}"

    assert fetch(address) == long_edition.sound
    assert fetch(address, Range="bytes=1000-3000003") == long_edition.sound[1000:3_000_004]
    assert fetch(address, Range="bytes=-17") == long_edition.sound[-17:]


def test_slow_listeners_keep_nobody_waiting(server: SiteServer, long_edition: Published) -> None:
    path = f"/audio/{long_edition.names.audio}"
    with ExitStack() as stack:
        listeners = [stack.enter_context(listen(server, path)) for _ in range(LISTENERS)]
        beginnings = [listener.recv(15, socket.MSG_PEEK) for listener in listeners]

        assert b"The bridge opens early" in fetch(f"{server.url}/")
        assert fetch(f"{server.url}{path}", Range="bytes=0-1") == long_edition.sound[:2]
        assert beginnings == [b"HTTP/1.1 200 OK"] * LISTENERS
        assert [read_to_end(listener) for listener in listeners] == [len(long_edition.sound)] * LISTENERS


def test_no_transaction_is_open_while_a_listener_listens(
    server: SiteServer, parts: SiteParts, long_edition: Published
) -> None:
    open_ones = text("SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()")
    ours = text("AND application_name LIKE 'brief-audio%'")
    with listen(server, f"/audio/{long_edition.names.audio}") as listener:
        assert listener.recv(15) == b"HTTP/1.1 200 OK"

        with parts.db.transaction() as session:
            found = session.execute(text(f"{open_ones} {ours}")).scalar_one()

    assert found == 0


def test_a_listener_who_leaves_harms_nobody(server: SiteServer, long_edition: Published) -> None:
    path = f"/audio/{long_edition.names.audio}"
    for _ in range(10):
        with closing(listen(server, path)) as listener:
            listener.recv(100)

    assert fetch(f"{server.url}/health") == b'{"status":"ok"}\n'


def test_the_server_tells_nothing_about_itself(server: SiteServer) -> None:
    with urlopen(f"{server.url}/health", timeout=TIMEOUT) as answer:
        assert answer.headers["Server"] is None


def test_what_a_proxy_says_reaches_the_application(app: Flask) -> None:
    @app.get("/forwarded")
    def forwarded() -> str:
        return request.headers.get("X-Forwarded-Proto", "nothing")

    with SiteServer(app, "127.0.0.1", 0) as server:
        assert fetch(f"{server.url}/forwarded", **{"X-Forwarded-Proto": "https"}) == b"https"


def test_a_taken_port_is_refused_at_once(app: Flask, server: SiteServer) -> None:
    port = urlsplit(server.url).port

    with pytest.raises(ConflictError, match=rf"port {port} on 127\.0\.0\.1 is in use .* set PORT"):
        SiteServer(app, "127.0.0.1", port)


def test_an_address_that_is_not_ours_is_refused(app: Flask) -> None:
    with pytest.raises(SettingsError, match="can't be used"):
        SiteServer(app, "192.0.2.1", 0)


@pytest.mark.parametrize("host", ["nowhere.invalid", "..", "a" * 64])
def test_a_host_that_nobody_knows_is_refused_in_a_sentence(app: Flask, host: str) -> None:
    with pytest.raises(SettingsError, match=r"can't resolve the host .* set `--host` to another"):
        SiteServer(app, host, 0)


def test_requests_that_wait_for_a_thread_are_not_worth_a_warning(
    server: SiteServer, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("waitress.queue").warning("Task queue depth is 7")

    assert not caplog.records


def test_a_port_that_needs_rights_says_which_do_not() -> None:
    refusal = server_module._refusal(PermissionError(errno.EACCES, "Permission denied"), "127.0.0.1", 80)

    assert str(refusal) == "this user may not use port 80: set PORT to a port above 1023"


def test_stopping_frees_the_port_and_lets_slow_listeners_go(app: Flask, long_edition: Published) -> None:
    server = SiteServer(app, "127.0.0.1", 0)
    server.start()
    port = urlsplit(server.url).port
    with listen(server, f"/audio/{long_edition.names.audio}") as listener:
        listener.recv(100)
        server.stop()
        server.stop()

        assert read_to_end(listener) < len(long_edition.sound)
    SiteServer(app, "127.0.0.1", port).stop()


def test_an_ipv6_address_stands_in_brackets(app: Flask) -> None:
    with SiteServer(app, "::1", 0) as server:
        assert re.fullmatch(r"http://\[::1\]:\d+", server.url)
        assert fetch(f"{server.url}/health") == b'{"status":"ok"}\n'
