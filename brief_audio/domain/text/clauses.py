"""Cut a sentence that is too long for one breath where a reader would breathe."""

import re
from collections.abc import Iterator
from math import ceil

from brief_audio.domain.text.spans import Span, trimmed

# From the best place to cut to the worst. Each pattern matches the cut itself; the next piece starts after it.
_BORDERS = (
    # Four lower-case letters before the stop: "Dr.", "No." and "Prof." don't end a sentence.
    re.compile(r"(?<=[^\W\d_A-Z]{4}[.!?…])[\"'”’)\]]*(?=\s)"),
    re.compile(r"(?<=[;:])(?=\s)|\s(?=[—–-]\s)"),
    re.compile(r"(?<=[,)\]])[\"'”’]*(?=\s)|(?=—)"),
    re.compile(r"\s(?=(?:and|but|or|nor|which|who|whose|where|when|while|because|although|though|if|that|as|so)\s)"),
    re.compile(r"(?<![\d.])\s(?![\d$£€¥(])"),  # keeps "$3.5 billion", "12 March", "No. 10" and "10 km" together
    re.compile(r"\s"),
)
_SHORTEST_SHARE = 0.3  # of the limit: a shorter piece sounds like a stumble
_COMBINING = re.compile(r"[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\u200c\u200d]")


def cut(text: str, sentence: Span, limit: int) -> Iterator[Span]:
    """Yield `sentence` in pieces of at most `limit` characters, losing only the space between them."""
    start = sentence.start
    while sentence.end - start > limit:
        at = _best_cut(text, start, sentence.end, limit)
        yield trimmed(text, Span(start, at))
        start = trimmed(text, Span(at, sentence.end)).start
    yield Span(start, sentence.end)


def _best_cut(text: str, start: int, end: int, limit: int) -> int:
    earliest, latest = start + max(1, int(limit * _SHORTEST_SHARE)), start + limit
    target = start + (end - start) / ceil((end - start) / limit)
    window = text[start : latest + 1]
    for border in _BORDERS:
        places = [start + match.end() for match in border.finditer(window)]
        fitting = [place for place in places if earliest <= place <= latest]
        if fitting:
            return min(fitting, key=lambda place: abs(place - target))
    return _within_word(text, start, latest)


def _within_word(text: str, start: int, latest: int) -> int:
    """Return the last position at or before `latest` that separates no letter from its accent."""
    at = latest
    while at > start + 1 and _COMBINING.match(text, at):
        at -= 1
    return at if at > start + 1 else latest
