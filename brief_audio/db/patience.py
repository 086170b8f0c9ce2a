"""How long anybody waits for a word of the database.

A line that has gone silent behind a proxy, or a server that is frozen, looks to the kernel like an answer that takes
its time: keepalives are acknowledged, `statement_timeout` is kept by nobody, and libpq waits for ever. psycopg2 lets
us do its waiting (https://www.psycopg.org/docs/advanced.html#support-for-coroutine-libraries); it closes a connection
whose wait has failed.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, STATUS_SETUP, connection, parse_dsn, set_wait_callback

CONNECT_SECONDS = 10.0
SILENT_SECONDS = 35.0  # a server that lives ends every statement after 30 s
EVENTS = {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}

_patience: ContextVar[float | None] = ContextVar("patience", default=SILENT_SECONDS)


def limit_waiting() -> None:
    """Let every connection of this process fail with `OperationalError` once its server has been silent for too long.

    libpq's own `connect_timeout` is not kept then (fe-connect.c keeps it in blocking calls only): ours is.
    """
    set_wait_callback(_wait)


@contextmanager
def waiting_for(seconds: float | None) -> Iterator[None]:
    """Wait that long for each word of a server in this block; None: as long as it takes, once it is connected."""
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
            raise OperationalError(f"it has said nothing for {seconds:g} s")


@contextmanager
def _address_told(waiting: connection) -> Iterator[None]:
    """Add the server's address to an error without it: psycopg2 drops it where it does not do the waiting itself."""
    try:
        yield
    except OperationalError as error:
        given = parse_dsn(waiting.dsn)
        if "host" not in given or given["host"] in str(error):
            raise
        address = f'"{given["host"]}", port {given.get("port", 5432)}'
        raise OperationalError(f"connection to server at {address} failed: {error}") from error
