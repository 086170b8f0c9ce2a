"""Check pooled connections before reuse, and ping the server only in case of doubt.

After a database restart, the connections in the pool are closed. SQLAlchemy's `pool_pre_ping` pings before every use,
which costs a fifth of a short transaction. A closed socket is readable and a healthy idle one is not (urllib3 checks
its sockets the same way, `wait_for_read` in `is_connected`). Only a connection dropped by a router looks unchanged, so
one that was idle for long is pinged too.
"""

import select
import time

from psycopg2 import Error
from psycopg2.extensions import connection as DriverConnection  # noqa: N812  (a class, whatever its case)
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

LONG_SECONDS = 30.0
_SINCE = "resting_since"


def check_before_use(engine: Engine) -> None:
    """Replace connections that died in the pool of `engine` with new ones."""

    def put_down(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info[_SINCE] = time.monotonic()

    def pick_up(connection: DriverConnection, entry: ConnectionPoolEntry, _lent: PoolProxiedConnection) -> None:
        since = entry.info.get(_SINCE)
        if since is not None and is_doubtful(connection, since) and not _answers(engine, connection):
            raise InvalidatePoolError

    event.listen(engine, "checkin", put_down)
    event.listen(engine, "checkout", pick_up)


def is_doubtful(connection: DriverConnection, since: float) -> bool:
    """Return whether a connection returned to the pool at `since` (monotonic clock) may have died."""
    if connection.closed or time.monotonic() - since > LONG_SECONDS:
        return True
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return bool(line.poll(0))


def _answers(engine: Engine, connection: DriverConnection) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except Error:
        return False
