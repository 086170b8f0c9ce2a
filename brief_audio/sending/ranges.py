"""Decides how one stored object answers a conditional or partial request (RFC 9110, sections 13 and 14).

Pure: request headers and facts of the object go in, a decision comes out. A player that gets 200 for a valid range
starts again at 0:00, so every rule here is one that real players depend on.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

ENTITY_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
BYTE_RANGE = re.compile(r"([0-9]*)-([0-9]*)")
BEYOND = 10**19  # what a number of more digits than that is read as: larger than any object


class RequestHeaders(Protocol):
    """A request's headers by name."""

    def get(self, name: str, /) -> str | None:
        """Return a header's value, several of one name joined by commas; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What validators and lengths are made of; `etag` is the strong tag without its quotes."""

    size_bytes: int
    etag: str
    modified_at: datetime

    @property
    def modified_second(self) -> datetime:
        """The instant as `Last-Modified` can tell it: in UTC, whole seconds."""
        return self.modified_at.astimezone(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Decision:
    """The status to answer with and, for 200 and 206, the bytes from `start` to `end` (exclusive)."""

    status: int
    start: int = 0
    end: int = 0

    @property
    def length(self) -> int:
        """How many bytes that is."""
        return self.end - self.start


def decide(method: str, headers: RequestHeaders, facts: ObjectFacts) -> Decision:
    """Return the answer to a GET or HEAD; preconditions come first, in the order of RFC 9110, section 13.2.2."""
    if not _may_proceed(headers, facts):
        return Decision(412)
    if _is_known_already(headers, facts):
        return Decision(304)
    whole = Decision(200, 0, facts.size_bytes)
    wanted = headers.get("Range")
    if method != "GET" or wanted is None or not facts.size_bytes or not _is_range_current(headers, facts):
        return whole
    return _byte_range(wanted, facts.size_bytes) or whole


def _may_proceed(headers: RequestHeaders, facts: ObjectFacts) -> bool:
    match = headers.get("If-Match")
    if match is not None:
        return match.strip() == "*" or (False, facts.etag) in _tags(match)
    unmodified_since = _instant(headers.get("If-Unmodified-Since"))
    return unmodified_since is None or facts.modified_second <= unmodified_since


def _is_known_already(headers: RequestHeaders, facts: ObjectFacts) -> bool:
    none_match = headers.get("If-None-Match")
    if none_match is not None:
        return none_match.strip() == "*" or facts.etag in {tag for _, tag in _tags(none_match)}
    modified_since = _instant(headers.get("If-Modified-Since"))
    return modified_since is not None and facts.modified_second <= modified_since


def _is_range_current(headers: RequestHeaders, facts: ObjectFacts) -> bool:
    """Say whether `If-Range` allows a part: it compares strongly, a date exactly (section 13.1.5).

    The date counts as strong because our objects never change, so none changed twice within its second.
    """
    condition = headers.get("If-Range")
    if condition is None:
        return True
    if '"' in condition:
        return _tags(condition) == [(False, facts.etag)]
    return _instant(condition) == facts.modified_second


def _tags(header: str) -> list[tuple[bool, str]]:
    """Return the entity tags of a list, each as (is weak, opaque tag)."""
    return [(bool(weak), opaque) for weak, opaque in ENTITY_TAG.findall(header)]


def _instant(header: str | None) -> datetime | None:
    """Return an HTTP date, or None where there is none that can be read: such a condition is ignored."""
    try:
        found = parsedate_to_datetime(header or "")
    except (TypeError, ValueError, OverflowError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _byte_range(header: str, size: int) -> Decision | None:
    """Return 206 or 416 for one well-formed byte range; None where the header is to be ignored.

    Ignored are other units, malformed ranges and, as section 14.2 allows, more than one range.
    """
    unit, _, listed = header.partition("=")
    ranges = [part.strip() for part in listed.split(",") if part.strip()]
    found = BYTE_RANGE.fullmatch(ranges[0]) if len(ranges) == 1 else None
    if unit.strip().lower() != "bytes" or found is None:
        return None
    first, last = (_number(digits) for digits in found.groups())
    if first is None:
        return None if last is None else _part(max(0, size - last), size, size)
    if last is not None and last < first:
        return None
    return _part(first, size if last is None else min(last + 1, size), size)


def _part(start: int, end: int, size: int) -> Decision:
    return Decision(206, start, end) if start < size else Decision(416)


def _number(digits: str) -> int | None:
    """Return a decimal number; one with absurdly many digits counts as larger than everything."""
    significant = digits.lstrip("0")
    if not digits:
        return None
    return BEYOND if len(significant) >= len(str(BEYOND)) else int(significant or "0")
