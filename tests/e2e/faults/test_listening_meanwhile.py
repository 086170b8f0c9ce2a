"""Somebody listens to an edition, slowly, while the next one is made and published: every byte is the first one's."""

import hashlib
import http.client
import socket

import pytest

from tests.e2e.faults.friday import PAGE, Edition, Friday
from tests.e2e.product import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LATER = ("The bridge opens late.", "Fares stay as they are.", "Rain comes by evening.")
SLOW_BYTES = 4096
PARTS = 5


class SlowListener:
    """Takes a sound over a connection that holds next to nothing, a few kilobytes whenever he is told to."""

    def __init__(self, port: int, audio: str) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._line.connect()
        self._line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BYTES)
        self._line.request("GET", f"/audio/{audio}")
        self._reply = self._line.getresponse()
        self.heard = b""

    def listen(self) -> None:
        """Take a little more."""
        self.heard += self._reply.read(SLOW_BYTES)

    def listen_to_the_end(self) -> bytes:
        """Return all of it."""
        self.heard += self._reply.read()
        self._line.close()
        return self.heard


def part_of(port: int, edition: Edition, size_bytes: int, number: int) -> bytes:
    """Ask for one of `PARTS` ranges, as a player does that has sought, on a connection of its own."""
    start, end = number * size_bytes // PARTS, (number + 1) * size_bytes // PARTS
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    asked = {"Range": f"bytes={start}-{end - 1}", "If-Range": f'"{edition.sha256}"'}
    line.request("GET", f"/audio/{edition.audio}", headers=asked)
    reply = line.getresponse()
    assert reply.status == http.client.PARTIAL_CONTENT
    body = reply.read()
    line.close()
    return body


@pytest.fixture(params=["disk", "bucket"])
def listened_to(request: pytest.FixtureRequest) -> Friday:
    """Friday's brief with its audio in either place."""
    name = "friday" if request.param == "disk" else "friday_in_bucket"
    found: Friday = request.getfixturevalue(name)
    return found


def test_a_slow_listener_hears_the_first_edition_while_the_second_is_published(listened_to: Friday) -> None:
    """Red without `brief.current_rendition_id` in `brief_audio/db/making/renditions.py:publish`."""
    first = listened_to.current_edition()
    size_bytes = listened_to.store.stat(first.audio).size_bytes
    port = listened_to.product.port
    with listened_to.site():
        slow = SlowListener(port, first.audio)
        slow.listen()
        parts = [part_of(port, first, size_bytes, 0)]
        worker = listened_to.product.start("scheduler")
        listened_to.write(*LATER)
        listened_to.ask()
        wait_until(lambda: listened_to.job().status != "queued", "the work to begin")
        slow.listen()
        parts.append(part_of(port, first, size_bytes, 1))
        wait_until(lambda: listened_to.job().status == "completed", "the second edition")

        parts += [part_of(port, first, size_bytes, number) for number in range(2, PARTS)]
        for heard in (slow.listen_to_the_end(), b"".join(parts)):
            assert hashlib.sha256(heard).hexdigest() == first.sha256
        second = listened_to.current_edition()
        page = listened_to.get(PAGE).decode()
        assert f"/audio/{second.audio}" in page
        assert first.audio not in page
        assert hashlib.sha256(listened_to.get(f"audio/{second.audio}")).hexdigest() == second.sha256
        assert listened_to.product.interrupt(worker) == 0
    assert (first.number, second.number) == (1, 2)
    listened_to.published(2)
