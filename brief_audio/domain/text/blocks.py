"""Find where the author's layout ends a sentence: paragraphs, list entries, and deliberate line breaks."""

import re
from collections.abc import Iterator
from itertools import pairwise

from brief_audio.domain.text.spans import Span, trimmed

_LIST_MARKER = re.compile(r"[ \t]*(?:[-*+•‣◦▪–—·]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+\S")
_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![ \t]*\n))+")
_NARROWEST_WRAP = 40  # columns; no editor wraps running text at less


def blocks(text: str) -> Iterator[Span]:
    """Yield the parts of `text` that no sentence crosses, without surrounding white space."""
    for match in _PARAGRAPH.finditer(text):
        paragraph = trimmed(text, Span(*match.span()))
        if paragraph.start < paragraph.end:
            yield from _split_lines(text, paragraph)


def _split_lines(text: str, paragraph: Span) -> Iterator[Span]:
    lines = list(_lines(text, paragraph))
    columns = max(end - start for start, end in lines)
    start = paragraph.start
    for line, following in pairwise(lines):
        if _is_broken_on_purpose(text, line, following, columns):
            yield Span(start, line.end)
            start = following.start
    yield Span(start, paragraph.end)


def _lines(text: str, paragraph: Span) -> Iterator[Span]:
    start = paragraph.start
    for line in text[paragraph.start : paragraph.end].split("\n"):
        yield trimmed(text, Span(start, start + len(line)))
        start += len(line) + 1


def _is_broken_on_purpose(text: str, line: Span, following: Span, columns: int) -> bool:
    """Return whether the author ended `line`, rather than an editor that wraps lines.

    A wrapped line ends where the next word no longer fits into the paragraph's widest line.
    """
    if columns < _NARROWEST_WRAP or _LIST_MARKER.match(text, following.start):
        return True
    next_word = text[following.start : following.end].split(maxsplit=1)[0]
    return line.end - line.start + 1 + len(next_word) <= columns
