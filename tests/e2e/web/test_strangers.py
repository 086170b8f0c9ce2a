"""2,100 connections that never finish their request, beside 200 slow listeners and people who open pages.

Each comes from an address of 127.0.0.0/8. Run with `-rP` it prints what the visitors met.
"""

import http.client
import resource
import socket
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.storage.local import LocalStore
from tests.e2e.product import PATIENCE_SECONDS, Product, wait_until
from tests.web.editions import Published, add_edition, add_show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

STRANGERS = 2_100
LISTENERS = 200
TO_THE_END = 20  # of the listeners; the others are only seen to be there still
DESCRIPTORS = STRANGERS + LISTENERS + 300
EDITION_BYTES = 8 * 1024 * 1024  # more than the sockets between us hold
SIP_BYTES = 4096
ROUND_SECONDS = 0.5
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Note: "


@pytest.fixture(autouse=True)
def descriptors() -> Iterator[None]:
    """Enough of them in this process; the site asks for its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != hard < DESCRIPTORS:
        pytest.skip(f"needs {DESCRIPTORS} open files: ulimit -Hn")
    if resource.RLIM_INFINITY != soft < DESCRIPTORS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def edition(product: Product, database: Database, tmp_path: Path) -> Published:
    sound = tmp_path / "sound.mp3"
    sound.write_bytes(bytes(range(256)) * (EDITION_BYTES // 256))
    add_show(database)
    return add_edition(database, LocalStore(product.data_dir / "store"), sound)


@pytest.fixture
def site(product: Product, edition: Published, server_url: str, service_settings: dict[str, str]) -> Product:
    product.extra = {"DATABASE_URL": server_url, **service_settings}
    product.start("web")
    wait_until(lambda: "Listening on" in product.talk, "the site to be served")
    return product


@dataclass
class Strangers:
    """Connections that send half a head, and then a byte now and then."""

    lines: list[socket.socket] = field(default_factory=list)
    ended: int = 0

    def drip(self) -> None:
        """Send one more byte each, and count those that the site has closed."""
        for line in list(self.lines):
            try:
                line.send(b"x")
                is_open = line.recv(SIP_BYTES) != b""
            except BlockingIOError:
                is_open = True
            except OSError:
                is_open = False
            if not is_open:
                line.close()
                self.lines.remove(line)
                self.ended += 1


@dataclass
class Visitors:
    """People who open a page, each from an address of their own; how long each of them waited."""

    port: int
    milliseconds: list[float] = field(default_factory=list)

    def come(self) -> None:
        for path in ("/", "/health"):
            number = len(self.milliseconds)
            began = monotonic()
            line = http.client.HTTPConnection(
                "127.0.0.1",
                self.port,
                timeout=PATIENCE_SECONDS,
                source_address=(f"127.2.{number // 250}.{1 + number % 250}", 0),
            )
            line.request("GET", path)
            assert line.getresponse().status == http.client.OK
            line.close()
            self.milliseconds.append((monotonic() - began) * 1000)


def connected(stack: ExitStack, port: int, origin: str, sent: bytes) -> socket.socket:
    line = stack.enter_context(socket.socket())
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SIP_BYTES)
    line.settimeout(PATIENCE_SECONDS)
    line.bind((origin, 0))
    line.connect(("127.0.0.1", port))
    line.sendall(sent)
    return line


def listening(stack: ExitStack, site: Product, edition: Published) -> list[socket.socket]:
    asked = f"GET /audio/{edition.names.audio} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    listeners = [connected(stack, site.port, f"127.1.0.{1 + number}", asked) for number in range(LISTENERS)]
    assert [listener.recv(15) for listener in listeners] == [b"HTTP/1.1 200 OK"] * LISTENERS
    return listeners


def rest_of(listener: socket.socket) -> bytes:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    return b"".join(iter(lambda: listener.recv(1 << 20), b""))


@pytest.mark.parametrize("addresses", [1, STRANGERS])
def test_requests_that_never_end_keep_no_visitor_out(site: Product, edition: Published, addresses: int) -> None:
    visitors, strangers = Visitors(site.port), Strangers()
    with ExitStack() as stack:
        listeners = listening(stack, site, edition)
        visitors.come()
        for number in range(STRANGERS):
            place = number % addresses
            line = connected(stack, site.port, f"127.3.{place // 250}.{1 + place % 250}", HALF_A_HEAD)
            line.setblocking(False)
            strangers.lines.append(line)
        came, began = len(visitors.milliseconds), monotonic()
        kept = []
        while strangers.lines:
            visitors.come()
            strangers.drip()
            kept.append(len(strangers.lines))
            sips = [listener.recv(SIP_BYTES) for listener in listeners]
            assert all(sips)
            sleep(ROUND_SECONDS)
        seconds = monotonic() - began

        whole = [rest_of(listener) for listener in listeners[:TO_THE_END]]
        assert all(edition.sound.endswith(rest) for rest in whole)
        assert all(listener.recv(1) for listener in listeners[TO_THE_END:])
    during = visitors.milliseconds[came:]
    sys.stdout.write(
        f"{STRANGERS} half-sent requests from {addresses} addresses, {LISTENERS} slow listeners:\n"
        f"  of the strangers {kept[0]} were kept at first, none after {seconds:.0f} s\n"
        f"  {len(during)} visits, every one answered: median {statistics.median(during):.1f} ms,"
        f" longest {max(during):.1f} ms\n"
    )
