"""Decide how to answer a conditional or range request for a stored object (RFC 9110, sections 13 and 14).

Pure functions: request headers and object facts in, a decision out. A player that gets 200 for a valid range restarts
at 0:00, so real players depend on every rule here.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

ENTITY_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
BYTE_RANGE = re.compile(r"([0-9]*)-([0-9]*)")
BEYOND = 10**19  # stands for any number with more digits: larger than any object


class RequestHeaders(Protocol):
    """Request headers by name."""

    def get(self, name: str, /) -> str | None:
        """Return a header's value, or None; repeated headers are joined by commas."""
        ...


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """The facts behind validators and lengths; `etag` is the strong entity tag without its quotes."""

    size_bytes: int
    etag: str
    modified_at: datetime

    @property
    def modified_second(self) -> datetime:
        """The modification time as `Last-Modified` can express it: UTC, in whole seconds."""
        return self.modified_at.astimezone(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Decision:
    """The response status and, for 200 and 206, the byte range from `start` to `end` (exclusive)."""

    status: int
    start: int = 0
    end: int = 0

    @property
    def length(self) -> int:
        """The number of bytes."""
        return self.end - self.start


def decide(method: str, headers: RequestHeaders, facts: ObjectFacts) -> Decision:
    """Return the answer to a GET or HEAD request; preconditions come first, as in RFC 9110, section 13.2.2."""
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
    """Return whether `If-Range` allows a range: tags compare strongly, dates exactly (section 13.1.5).

    The date is a strong validator because stored objects never change, so none changes twice within one second.
    """
    condition = headers.get("If-Range")
    if condition is None:
        return True
    if '"' in condition:
        return _tags(condition) == [(False, facts.etag)]
    return _instant(condition) == facts.modified_second


def _tags(header: str) -> list[tuple[bool, str]]:
    """Return the entity tags in a list, each as (is weak, opaque tag)."""
    return [(bool(weak), opaque) for weak, opaque in ENTITY_TAG.findall(header)]


def _instant(header: str | None) -> datetime | None:
    """Return the HTTP date, or None if it is missing or invalid: such a condition is ignored."""
    try:
        found = parsedate_to_datetime(header or "")
    except (TypeError, ValueError, OverflowError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _byte_range(header: str, size: int) -> Decision | None:
    """Return 206 or 416 for a single well-formed byte range; None if the header must be ignored.

    Other units and malformed ranges are ignored and so, as section 14.2 allows, are multiple ranges.
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
    """Return a decimal number; one with too many digits counts as larger than any object."""
    significant = digits.lstrip("0")
    if not digits:
        return None
    return BEYOND if len(significant) >= len(str(BEYOND)) else int(significant or "0")
