"""A TCP line to PostgreSQL that is cut, or goes silent, when it is told to; the server is at a Unix socket."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER with no time: the kernel sends RST (socket(7))
BLOCK_BYTES = 65_536


@dataclass(eq=False, slots=True)
class Connection:
    """The two ends of one connection; what arrives at either goes out at the other while the line passes."""

    client: socket.socket
    server: socket.socket
    passing: Event
    is_cut: bool = False
    threads: list[Thread] = field(default_factory=list)

    def start(self) -> None:
        for source, target in ((self.client, self.server), (self.server, self.client)):
            thread = Thread(target=self._carry, args=(source, target), daemon=True)
            self.threads.append(thread)
            thread.start()

    def cut(self) -> None:
        """End it as a router that was switched off and on does: the client meets RST."""
        self.is_cut = True
        self.passing.set()
        for end in (self.client, self.server):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RD)  # wakes whoever reads from it

    def join(self) -> None:
        for thread in self.threads:
            thread.join()
        self.client.close()
        self.server.close()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while block := source.recv(BLOCK_BYTES):
                self.passing.wait()
                if self.is_cut:
                    return
                target.sendall(block)
        self.passing.wait()
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


class TcpLine:
    """Listens at a port of the loopback address and carries every connection to the server's Unix socket."""

    def __init__(self, server: Path) -> None:
        self._server = str(server)
        self._lock = Lock()
        self._connections: list[Connection] = []
        self._passing = _set_event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._accept, daemon=True)
        self.port: int = self._listener.getsockname()[1]
        self.accepted = 0

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/brief_audio"

    def start(self) -> None:
        self._thread.start()

    def cut(self) -> int:
        """Reset every connection there is, and say how many; new ones are carried."""
        with self._lock:
            connections, self._connections = self._connections, []
        for connection in connections:
            connection.cut()
        for connection in connections:
            connection.join()
        return len(connections)

    def go_silent(self) -> None:
        """Carry nothing any more, in either direction; new connections are accepted and meet the same silence."""
        with self._lock:
            self._passing = Event()
            for connection in self._connections:
                connection.passing.clear()

    def recover(self) -> None:
        """Carry on, what was held back first."""
        with self._lock:
            self._passing.set()
            for connection in self._connections:
                connection.passing.set()

    def forget(self) -> None:
        """Carry new connections; those there are stay silent for ever, as after a firewall has lost its memory."""
        with self._lock:
            self._passing = _set_event()
            for connection in self._connections:
                connection.passing.clear()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        self.recover()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open(client)

    def _open(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._server)
        except OSError:  # the server is away
            client.close()
            server.close()
            return
        passing = Event()
        if self._passing.is_set():
            passing.set()
        connection = Connection(client, server, passing)
        self._connections.append(connection)
        self.accepted += 1
        connection.start()


@contextmanager
def tcp_line(server: Path) -> Iterator[TcpLine]:
    """Open a line to the server at that socket, and cut what is left of it in the end."""
    line = TcpLine(server)
    line.start()
    try:
        yield line
    finally:
        line.close()


def _set_event() -> Event:
    event = Event()
    event.set()
    return event
