"""The only reader of the time of day; everything else is given `now`."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)
