"""Limits on how many connections clients may hold, and for how long, with the reason for each figure."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """The limits of one server. None of the time limits interrupts a request while the application works on it."""

    most: int = 2000
    from_one_address: int | None = 500  # an office of 200 people shares one address; None: behind proxies
    head_seconds: float = 15.0  # for a whole head, from the connection or from its first byte
    keep_alive_seconds: float = 120.0  # between two requests; longer than proxies keep connections open
    body_seconds: float = 600.0  # for a whole body
    body_bytes_a_second: int = 8 * 1024  # minimum upload rate, enforced after `head_seconds`
    stalled_seconds: float = 300.0  # a paused player reads nothing; it resumes with a range request
    answer_bytes_a_second: int = 1024  # minimum download rate, after `stalled_seconds`; speech needs 16 times that
    upload_bytes: int = 256 * MIB  # all bodies being uploaded at once
    upload_bytes_from_one_address: int = 64 * MIB  # four uploads of the maximum size


def bounds_behind(proxies: int) -> ConnectionBounds:
    """Return the bounds of a site behind `proxies`: with any, all visitors share the address of the last proxy."""
    return ConnectionBounds(from_one_address=None) if proxies else ConnectionBounds()
