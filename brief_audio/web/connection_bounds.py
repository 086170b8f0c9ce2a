"""How many connections strangers may hold, and for how long: the figures, with their reasons."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """What one server grants. Whatever is being answered is never cut by a figure of time here."""

    most: int = 2000
    from_one_address: int | None = 500  # an office of two hundred has one address; None: proxies are in front
    head_seconds: float = 15.0  # a whole head, from the connection or from its first byte on
    keep_alive_seconds: float = 120.0  # between two requests; longer than proxies keep theirs
    body_seconds: float = 600.0  # a whole body
    body_bytes_a_second: int = 8 * 1024  # of a body, once `head_seconds` are over
    stalled_seconds: float = 300.0  # a player that has paused takes nothing; it comes back by range
    answer_bytes_a_second: int = 1024  # of an answer, once `stalled_seconds` are over; a voice needs sixteen times that
    upload_bytes: int = 256 * MIB  # of bodies that are on their way at once
    upload_bytes_from_one_address: int = 64 * MIB  # four of the largest


def bounds_behind(proxies: int) -> ConnectionBounds:
    """Return the bounds of a site behind so many proxies: with any, all visitors come from the last one's address."""
    return ConnectionBounds(from_one_address=None) if proxies else ConnectionBounds()
