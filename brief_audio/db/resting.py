"""Connections that lay in the pool: looked at before they are used again, and asked only where there is a doubt.

A database that was restarted has closed those that lay there. SQLAlchemy's `pool_pre_ping` asks before every use, which
is a fifth of a short transaction. A closed line can be read from (as urllib3 knows its own, `wait_for_read` in
`is_connected`), and a healthy one that lies has nothing to say; only a line cut off by a router in between looks the
same as before, so one that lay for long is asked as well.
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


def look_before_use(engine: Engine) -> None:
    """Open a new connection in the place of one that died while it lay in the pool of `engine`."""

    def put_down(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info[_SINCE] = time.monotonic()

    def pick_up(connection: DriverConnection, entry: ConnectionPoolEntry, _lent: PoolProxiedConnection) -> None:
        since = entry.info.get(_SINCE)
        if since is not None and is_doubtful(connection, since) and not _answers(engine, connection):
            raise InvalidatePoolError

    event.listen(engine, "checkin", put_down)
    event.listen(engine, "checkout", pick_up)


def is_doubtful(connection: DriverConnection, since: float) -> bool:
    """Return whether a connection that was put down at that time of the monotonic clock may have died since."""
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
