"""Part of a text, by character offsets."""

from typing import NamedTuple


class Span(NamedTuple):
    """The characters `text[start:end]`."""

    start: int
    end: int


def trimmed(text: str, span: Span) -> Span:
    """Return `span` without white space at its ends; empty (start == end) if it contains nothing else."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
