"""Instants in a show's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local(instant: datetime, time_zone: str) -> datetime:
    """Return an instant in a show's time zone; in UTC if this machine doesn't know the zone."""
    try:
        return instant.astimezone(ZoneInfo(time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        return instant.astimezone(ZoneInfo("UTC"))
