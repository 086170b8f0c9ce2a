"""Serve the site from a thread of this process; a slow listener occupies a connection but no thread.

waitress sends files from its own loop (`wsgi.file_wrapper`), so its few threads only prepare answers.
"""

import errno
import logging
import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from waitress import wasyncore

from brief_audio.domain.errors import ConflictError, SettingsError
from brief_audio.http.body_limits import MOST_BYTES
from brief_audio.web.bounded_server import BoundedServer
from brief_audio.web.connection_bounds import ConnectionBounds

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 12
BACKLOG = 1024
LOOP_SECONDS = 1.0  # how often the loop wakes by itself
STOP_SECONDS = 0.3  # grace period for unfinished answers on stop; listeners resume with a range request
LIMITS = {
    "threads": THREADS,
    "backlog": BACKLOG,
    "max_request_header_size": 32 * 1024,  # browsers send a few kilobytes; incomplete heads stay in memory
    "max_request_body_size": MOST_BYTES,
    "outbuf_high_watermark": 64 * 1024 * 1024,  # frees the thread for an hour-long edition from a remote store
    "ident": None,
    "clear_untrusted_proxy_headers": False,  # the application handles proxy headers itself
}


class SiteServer:
    """A server that binds its port when created, and answers from `start()` until `stop()`."""

    def __init__(
        self,
        app: "WSGIApplication",
        host: str = "127.0.0.1",
        port: int = 8000,
        *,
        bounds: ConnectionBounds = ConnectionBounds(),  # noqa: B008  (it is frozen)
    ) -> None:
        """Bind the port (0: any free one), and limit connections to `bounds`.

        Raise `ConflictError` if the port is in use, `SettingsError` if it can't be used on this machine.
        """
        self._socket = _bound(host, port)
        # Accepted sockets inherit this kernel limit on clients that read nothing.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(bounds.stalled_seconds * 1000))
        self._bounds = bounds
        self._app = app
        self._connections: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._wake: Any = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address of the front page, without a trailing slash."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Start answering in a separate thread."""
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns whenever a page loads its images
        server = BoundedServer(self._app, self._socket, self._connections, self._bounds, **LIMITS)
        self._wake = server.pull_trigger
        self._thread = threading.Thread(target=self._serve, args=(server,), name="site", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection; a second call does nothing."""
        if self._thread is None:
            self._socket.close()
        elif not self._stopping.is_set():
            self._stopping.set()
            self._wake()
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self, server: Any) -> None:
        while not self._stopping.is_set():
            wasyncore.loop(timeout=LOOP_SECONDS, use_poll=True, map=self._connections, count=1)
        server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        for channel in list(server.active_channels.values()):
            channel.handle_close()  # also closes files still being sent
        wasyncore.close_all(self._connections, ignore_all=True)


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket bound to the port."""
    family, kind, protocol, _, address = _looked_up(host, port)
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise _refusal(error, host, port) from error
    return bound


def _looked_up(host: str, port: int) -> tuple[Any, ...]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:  # an unknown or invalid name
        raise SettingsError(f"can't resolve the host {host!r} ({error}): set `--host` to another") from error


def _refusal(error: OSError, host: str, port: int) -> ConflictError | SettingsError:
    if error.errno == errno.EADDRINUSE:
        return ConflictError(
            f"port {port} on {host} is in use by another program: stop that program, or set PORT to another port"
        )
    if error.errno == errno.EACCES:
        return SettingsError(f"this user may not use port {port}: set PORT to a port above 1023")
    return SettingsError(f"port {port} on {host} can't be used ({error.strerror}): set PORT to another port")
