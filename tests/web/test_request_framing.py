"""Where a request ends: what two servers could read in two ways is refused, and nothing behind it is answered.

The page asked for answers 200, so that only the framing can be what is refused (RFC 9112).
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from flask import Flask, request

from brief_audio.web.server import SiteServer

SECONDS = 20
NEXT = b"GET /second HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
CHUNKED = b"POST /first HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[SiteServer]:
    app = Flask(__name__)
    for name in ("first", "second"):
        app.add_url_rule(f"/{name}", name, lambda: request.path.encode() + request.get_data(), methods=["GET", "POST"])
    with SiteServer(app, port=0) as running:
        yield running


def answers_to(server: SiteServer, sent: bytes) -> bytes:
    """Return everything that comes back until the server closes the connection."""
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=SECONDS) as line:
        line.sendall(sent)
        received = b""
        with suppress(ConnectionResetError):  # at the end, where not all of it was read
            while chunk := line.recv(65_536):
                received += chunk
    return received


def is_refused(answers: bytes, status: int = 400) -> bool:
    is_one = answers.count(b"HTTP/1.") == 1 and b"/second" not in answers
    return is_one and answers.split(b" ")[1] == str(status).encode() and b"Connection: close" in answers


def head(*lines: bytes, method: bytes = b"POST", version: bytes = b"HTTP/1.1") -> bytes:
    return b"\r\n".join((method + b" /first " + version, b"Host: here", *lines, b"", b""))


TWO_LENGTHS = {
    "both": head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "both, the other way round": head(b"Transfer-Encoding: chunked", b"Content-Length: 5") + b"0\r\n\r\n",
    "both, and a body of both lengths": head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\nG",
    "both, asking to go on": head(b"Content-Length: 5", b"Transfer-Encoding: chunked", b"Expect: 100-continue"),
    "both, of no length": head(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "two lengths": head(b"Content-Length: 5", b"Content-Length: 6") + b"hello",
    "one length twice": head(b"Content-Length: 5", b"Content-Length: 5") + b"hello",
    "a list of lengths": head(b"Content-Length: 5, 5") + b"hello",
    "a signed length": head(b"Content-Length: +5") + b"hello",
    "a negative length": head(b"Content-Length: -5") + b"hello",
    "a hexadecimal length": head(b"Content-Length: 0x5") + b"hello",
    "no length": head(b"Content-Length:") + b"hello",
    "a length of more digits than a number has": head(b"Content-Length: " + b"9" * 5000),
    "chunked twice": head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "chunked twice in a line": head(b"Transfer-Encoding: chunked, chunked") + b"0\r\n\r\n",
    "chunked, and nothing": head(b"Transfer-Encoding: chunked,") + b"0\r\n\r\n",
    "no coding": head(b"Transfer-Encoding:") + b"0\r\n\r\n",
    "chunked in HTTP/1.0": head(b"Transfer-Encoding: chunked", b"Connection: keep-alive", version=b"HTTP/1.0")
    + b"0\r\n\r\n",
    "chunked in HTTP/1.2": head(b"Transfer-Encoding: chunked", b"Connection: keep-alive", version=b"HTTP/1.2")
    + b"0\r\n\r\n",
}
HEADS = {
    "a space before a colon": head(b"Content-Length : 5") + b"hello",
    "a folded line": head(b"Transfer-Encoding:", b" chunked") + b"0\r\n\r\n",
    "a folded line with a tab": head(b"X-Note: one", b"\ttwo"),
    "a bare line feed": head(b"X-Note: one\nContent-Length: 5") + b"hello",
    "a bare carriage return": head(b"X-Note: one\rContent-Length: 5") + b"hello",
    "a zero byte": head(b"X-Note: one\0two"),
    "a line without a colon": head(b"Content-Length"),
    "no host": b"GET /first HTTP/1.1\r\n\r\n",
    "two hosts": head(b"Host: there", method=b"GET"),
    "another host in the target": b"GET http://there/first HTTP/1.1\r\nHost: here\r\n\r\n",
    "a target of another kind": b"GET ftp://here/first HTTP/1.1\r\nHost: here\r\n\r\n",
    "a target that is no path": b"GET first HTTP/1.1\r\nHost: here\r\n\r\n",
    "a target that cannot be read": b"GET http://[ HTTP/1.1\r\nHost: here\r\n\r\n",
    "a tab in the target": b"GET /first\tHTTP/1.1 HTTP/1.1\r\nHost: here\r\n\r\n",
    "a tunnel": b"CONNECT here:443 HTTP/1.1\r\nHost: here\r\n\r\n",
    "HTTP/0.9": b"GET /first\r\nHost: here\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\nHost: here\r\n\r\n",
}
CHUNKS = {
    "a size with a bare line feed": b"5\n\r\nhello\r\n0\r\n\r\n",
    "a size after a blank line": b"\r\n5\r\nhello\r\n0\r\n\r\n",
    "a blank line between chunks": b"5\r\nhello\r\n\r\n0\r\n\r\n",
    "a size with a prefix": b"0x5\r\nhello\r\n0\r\n\r\n",
    "a signed size": b"+5\r\nhello\r\n0\r\n\r\n",
    "a size after a space": b" 5\r\nhello\r\n0\r\n\r\n",
    "a size with an underscore": b"0_5\r\nhello\r\n0\r\n\r\n",
    "a size beyond every number": b"F" * 5000 + b"\r\nhello\r\n0\r\n\r\n",
    "a chunk that is longer than it says": b"5\r\nhello!\r\n0\r\n\r\n",
    "a chunk that ends in a line feed": b"5\r\nhello\n0\r\n\r\n",
    "a line feed in an extension": b"5;a\nb\r\nhello\r\n0\r\n\r\n",
    "an extension without an end": b"5;" + b"a" * 20_000,
    "a trailer that is no header": b"5\r\nhello\r\n0\r\nGET /hidden HTTP/1.1\r\n\r\n",
    "a trailer with a bare line feed": b"0\r\nX-Note: one\nTwo: three\r\n\r\n",
    "a trailer without an end": b"0\r\n" + b"X-Note: one\r\n" * 2_000,
}


@pytest.mark.parametrize("sent", TWO_LENGTHS.values(), ids=TWO_LENGTHS)
def test_a_body_of_two_lengths_is_refused_and_the_connection_closed(server: SiteServer, sent: bytes) -> None:
    assert is_refused(answers_to(server, sent + NEXT))


@pytest.mark.parametrize("sent", HEADS.values(), ids=HEADS)
def test_a_head_that_can_be_read_in_two_ways_is_refused(server: SiteServer, sent: bytes) -> None:
    assert is_refused(answers_to(server, sent + NEXT))


@pytest.mark.parametrize("coding", [b"gzip", b"identity", b"xchunked", b"chunked\xa0", b"gzip, chunked"])
def test_a_coding_that_we_do_not_know_is_refused(server: SiteServer, coding: bytes) -> None:
    sent = head(b"Transfer-Encoding: " + coding) + b"0\r\n\r\n"

    assert is_refused(answers_to(server, sent + NEXT), status=501)


@pytest.mark.parametrize("chunks", CHUNKS.values(), ids=CHUNKS)
def test_chunks_that_can_be_read_in_two_ways_are_refused(server: SiteServer, chunks: bytes) -> None:
    assert is_refused(answers_to(server, CHUNKED + chunks + NEXT))


def test_what_is_sound_is_answered_and_so_is_what_follows(server: SiteServer) -> None:
    sound = {
        head(b"Content-Length: 5") + b"hello": b"/firsthello",
        head(b"Transfer-Encoding: Chunked")
        + b'5;a="b"\r\nhello\r\n001\r\n!\r\n0\r\nX-Note: one\r\n\r\n': b"/firsthello!",
        head(method=b"GET"): b"/first",
        b"GET http://here/first HTTP/1.1\r\nHost: HERE\r\n\r\n": b"/first",
        head(b"Content_Length: 5", b"Transfer_Encoding: chunked", method=b"GET"): b"/first",
        head(b"Expect: 100-continue", method=b"GET"): b"/first",
        b"\r\n" + head(method=b"GET"): b"/first",
    }

    for sent, answer in sound.items():
        answers = answers_to(server, sent + NEXT)
        assert answers.count(b"HTTP/1.1 200 OK") == 2, sent
        assert answer + b"HTTP/1.1" in answers, sent
        assert answers.endswith(b"/second"), sent


def test_chunks_arrive_whole_however_they_are_cut(server: SiteServer) -> None:
    sent = CHUNKED + b"5\r\nhello\r\n1;x\r\n!\r\n0\r\nX-Note: one\r\n\r\n" + NEXT
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=SECONDS) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in sent:
            line.send(bytes([byte]))
        received = b"".join(iter(lambda: line.recv(65_536), b""))

    assert b"/firsthello!" in received
    assert received.endswith(b"/second")


def test_a_client_that_asks_to_go_on_is_told_so_once(server: SiteServer) -> None:
    sent = head(b"Content-Length: 5", b"Expect: 100-continue") + b"hello" + NEXT

    answers = answers_to(server, sent)

    assert answers.count(b"HTTP/1.1 100 Continue") == 1
    assert answers.count(b"HTTP/1.1 200 OK") == 2
