"""How long to wait for the database to answer.

A connection gone silent behind a proxy, or a frozen server, looks to the kernel like a slow answer: keepalives are
acknowledged, nothing enforces `statement_timeout`, and libpq waits forever. psycopg2 can leave the waiting to us
(https://www.psycopg.org/docs/advanced.html#support-for-coroutine-libraries); it closes a connection whose wait failed.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, STATUS_SETUP, connection, parse_dsn, set_wait_callback

CONNECT_SECONDS = 10.0
SILENT_SECONDS = 35.0  # a working server ends every statement after 30 s
EVENTS = {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}

_patience: ContextVar[float | None] = ContextVar("patience", default=SILENT_SECONDS)


def limit_waiting() -> None:
    """Make every connection of this process raise `OperationalError` once its server is silent for too long.

    This disables libpq's own `connect_timeout` (fe-connect.c applies it in blocking calls only); ours replaces it.
    """
    set_wait_callback(_wait)


@contextmanager
def waiting_for(seconds: float | None) -> Iterator[None]:
    """Wait at most `seconds` for each answer in this block; None means no limit once connected."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def _wait(waiting: connection) -> None:
    if waiting.status == STATUS_SETUP:
        with _address_told(waiting):
            _poll(waiting, min(CONNECT_SECONDS, _patience.get() or CONNECT_SECONDS))
    else:
        _poll(waiting, _patience.get())


def _poll(waiting: connection, seconds: float | None) -> None:
    while (state := waiting.poll()) != POLL_OK:
        line = select.poll()
        line.register(waiting.fileno(), EVENTS[state])
        if not line.poll(None if seconds is None else seconds * 1000):
            raise OperationalError(f"no answer for {seconds:g} s")


@contextmanager
def _address_told(waiting: connection) -> Iterator[None]:
    """Add the server's address to an error: psycopg2 omits it if it doesn't do the waiting itself."""
    try:
        yield
    except OperationalError as error:
        given = parse_dsn(waiting.dsn)
        if "host" not in given or given["host"] in str(error):
            raise
        address = f'"{given["host"]}", port {given.get("port", 5432)}'
        raise OperationalError(f"connection to server at {address} failed: {error}") from error
