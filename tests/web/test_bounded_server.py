"""What the server does where the system gives it nothing, and what its connections inherit."""

import errno
import socket
from collections.abc import Iterator

import pytest
from flask import Flask

from brief_audio.web.bounded_server import BoundedServer
from brief_audio.web.connection_bounds import ConnectionBounds
from brief_audio.web.server import SiteServer


class Refused(BoundedServer):
    """A server whose system refuses to accept."""

    code = errno.EMFILE

    def accept(self) -> None:
        raise OSError(self.code, "refused")


@pytest.fixture
def server() -> Iterator[Refused]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        made = Refused(Flask(__name__), listening, {}, ConnectionBounds(), threads=1)
        yield made
        made.task_dispatcher.shutdown()
        made.close()


def test_without_descriptors_the_server_rests_and_says_so(server: Refused, caplog: pytest.LogCaptureFixture) -> None:
    assert server.readable()

    server.handle_accept()

    assert not server.readable()
    assert "can't accept connections for" in caplog.text


def test_an_error_of_one_connection_stops_nothing(server: Refused, caplog: pytest.LogCaptureFixture) -> None:
    server.code = errno.EPROTO

    server.handle_accept()

    assert server.readable()
    assert not caplog.records


def test_connections_inherit_the_bound_on_listeners_who_take_nothing() -> None:
    server = SiteServer(Flask(__name__), port=0, bounds=ConnectionBounds(stalled_seconds=7))
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)):
        accepted, _ = server._socket.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 7000
    server.stop()
