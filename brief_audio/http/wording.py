"""Format times, durations, sizes and links for pages, in English, with no-break spaces before units."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from brief_audio.domain.time_zones import local

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUTE, HOUR, DAY = 60, 3600, 86_400


def clock(milliseconds: int) -> str:
    """Return a position in the audio, rounded down to seconds: 95,400 ms is `1:35`, 3,725,000 ms is `1:02:05`."""
    minutes, seconds = divmod(milliseconds // 1000, MINUTE)
    hours, minutes = divmod(minutes, MINUTE)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def length(milliseconds: int) -> str:
    """Return a duration, rounded down to seconds as in players: `6 min 12 s`, `1 h 2 min`."""
    seconds = milliseconds // 1000
    if seconds >= HOUR:
        parts = (seconds // HOUR, "h"), (seconds % HOUR // MINUTE, "min")
    else:
        parts = (seconds // MINUTE, "min"), (seconds % MINUTE, "s")
    written = [f"{count}{NO_BREAK_SPACE}{unit}" for count, unit in parts if count]
    return NO_BREAK_SPACE.join(written) or f"0{NO_BREAK_SPACE}s"


def iso_length(milliseconds: int) -> str:
    """Return a duration in ISO 8601 for `<time datetime>`: `PT372S`."""
    return f"PT{milliseconds // 1000}S"


def size(size_bytes: int) -> str:
    """Return a file size in decimal units: `5.7 MB`."""
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.1f}{NO_BREAK_SPACE}{unit}"
    return f"{size_bytes}{NO_BREAK_SPACE}B"


def day(local_date: date) -> str:
    """Return a date with its weekday and year: `Friday 20 March 2026`."""
    return f"{local_date:%A} {local_date.day} {local_date:%B} {local_date.year}"


def web_link(address: str | None) -> str | None:
    """Return the URL if a page may safely link to it (http or https, with a host), otherwise None."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.hostname else None


def host(address: str) -> str:
    """Return the host of a URL, without `www.`."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def paragraphs(text: str) -> list[str]:
    """Return the non-empty lines of a text."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def voices(names: Sequence[str]) -> str:
    """Describe a rendition's voices: `a synthetic voice, “joe”`, or `synthetic voices, “joe” and “amy”`."""
    quoted = [f"“{name}”" for name in names]
    if len(quoted) > 1:
        return f"synthetic voices, {', '.join(quoted[:-1])} and {quoted[-1]}"
    return ", ".join(["a synthetic voice", *quoted])


def ago(instant: datetime, now: datetime) -> str:
    """Return an instant relative to `now`: `8 s ago`, `in 23 h 46 min`, `3 days ago`."""
    seconds = int((now - instant).total_seconds())
    distance = _distance(abs(seconds))
    if distance == "now":
        return distance
    return f"{distance} ago" if seconds > 0 else f"in {distance}"


def exact(instant: datetime, time_zone: str = "UTC") -> str:
    """Return an instant in a time zone and in UTC: `20 March 2026, 06:00:05 Europe/Berlin (05:00:05 UTC)`."""
    there, utc = local(instant, time_zone), instant.astimezone(UTC)
    written = f"{there.day} {there:%B %Y, %H:%M:%S} {there.tzinfo}"
    return written if str(there.tzinfo) == "UTC" else f"{written} ({utc:%H:%M:%S} UTC)"


def _distance(seconds: int) -> str:
    if seconds < 1:
        return "now"
    if seconds < HOUR:
        return length(seconds * 1000) if seconds < 10 * MINUTE else f"{seconds // MINUTE}{NO_BREAK_SPACE}min"
    if seconds < 2 * DAY:
        return length(seconds * 1000)
    return f"{seconds // DAY}{NO_BREAK_SPACE}days"


FILTERS = (clock, length, iso_length, size, day, local, web_link, host, paragraphs, voices, exact)
