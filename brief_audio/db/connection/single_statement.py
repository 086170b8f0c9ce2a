"""Run a statement as its own transaction, in one round trip."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from psycopg2.extensions import connection as DriverConnection  # noqa: N812  (a class, whatever its case)
from psycopg2.extensions import cursor as DriverCursor  # noqa: N812
from sqlalchemy import Engine


@contextmanager
def single_statement(engine: Engine) -> Iterator[DriverCursor]:
    """Yield a cursor on a pooled connection that commits each statement; driver errors are passed on."""
    pooled = engine.raw_connection()
    give_back: Callable[[], None] = pooled.invalidate  # unless it is left in a clean state
    try:
        connection = cast("DriverConnection", pooled.driver_connection)
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
        connection.autocommit = False
        give_back = pooled.close
    finally:
        give_back()
