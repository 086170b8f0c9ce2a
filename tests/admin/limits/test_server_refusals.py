"""What never reaches the application: refused at its head, and in a sentence."""

import socket
from urllib.parse import urlsplit

from flask import Flask

from brief_audio.web.server import SiteServer

SECONDS = 20
GIGABYTE = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n"


def answer_to(server: SiteServer, request: bytes) -> str:
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=SECONDS) as line:
        line.sendall(request)
        answer = b""
        while chunk := line.recv(65_536):
            answer += chunk
    return answer.decode()


def test_a_gigabyte_is_refused_at_its_head_in_a_sentence(app: Flask) -> None:
    with SiteServer(app, port=0) as server:
        answer = answer_to(server, GIGABYTE)

    assert answer.startswith("HTTP/1.1 413 ")
    assert "The upload is larger than the limit of 16 MB. Nothing was changed." in answer
    assert "Content-Security-Policy: default-src 'none'" in answer
    assert "waitress" not in answer


def test_what_is_no_request_is_refused_in_a_sentence(app: Flask) -> None:
    with SiteServer(app, port=0) as server:
        answer = answer_to(server, b"POST /login HTTP/1.1\r\nContent-Length: many\r\n\r\n")

    assert answer.startswith("HTTP/1.1 400 ")
    assert "The server couldn’t understand this request." in answer
