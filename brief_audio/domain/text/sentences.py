"""Find the sentences in part of a text.

`sentencex` proposes the boundaries. On 48 news cases it is as accurate as `pysbd` (F1 0.89 and 0.90), its offsets are
exact, and it takes 15 ms for a million characters of news, while the time of `pysbd` grows with the square of the
length. The patterns below reject boundaries that no reader would see.
"""

import re
from collections.abc import Iterator

import sentencex

from brief_audio.domain.text.spans import Span, trimmed

_TITLE_AT_END = re.compile(
    r"(?:^|[^\w.])(?:Mr|Mrs|Ms|Mx|Dr|Prof|Rev|Hon|Gen|Lt|Col|Maj|Capt|Cpl|Cmdr|Sgt|Adm|Gov|Sen|Rep|Pres|Supt|Insp|Det"
    r"|Cllr|Amb|Sec|Rs|Approx|approx|Fig|fig|Figs|figs|St|Mt|Ft|vs|cf|e\.g|i\.e|viz)\.$"
)
_NUMBER_SIGN_AT_END = re.compile(r"(?:^|[^\w.])(?:Nos?|nos?|Art|art|Sect?|sect?|Vol|vol|Ch|ch|p|pp|c|ca)\.$")
_LIST_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]$")
_HOUR_AT_END = re.compile(r"\d\s?[ap]\.m\.$")
_HOUR_GOES_ON = re.compile(
    r"(?:GMT|BST|UTC|CES?T|[ECMP][SD]?T|Eastern|Central|Mountain|Pacific|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_WINDOW = 10_000  # characters, more than any sentence has
_FARTHEST_BACK = 64  # characters before a boundary that can make it false
_OPENING = "\"'“‘«([ "


def sentence_spans(text: str, block: Span, language: str) -> Iterator[Span]:
    """Yield the sentences of `text` within `block` in order, without the white space between them."""
    # Inside a block, line breaks are only wraps; the segmenter would take two of them for a boundary.
    wrapped = re.sub(r"\s", " ", text[block.start : block.end])
    start = 0
    for end in _borders(wrapped, language):
        yield trimmed(text, Span(block.start + start, block.start + end))
        start = end


def _borders(block: str, language: str) -> Iterator[int]:
    start = 0
    for end in _proposed(block, language):
        before = block[max(start, end - _FARTHEST_BACK) : end].strip()
        if end < len(block) and not _is_false(before, block[end : end + 12]):
            yield end
            start = end
    yield len(block)


def _proposed(block: str, language: str) -> Iterator[int]:
    """Yield the segmenter's boundaries, found window by window: its time grows with the square of the quote count."""
    start = 0
    while start < len(block):
        window = block[start : start + _WINDOW]
        ends = [start + int(proposed["end_index"]) for proposed in sentencex.get_sentence_boundaries(language, window)]
        if start + len(window) < len(block):  # the window's end may not end a sentence; restart at the last boundary
            ends = [end for end in ends if end < start + len(window)]
        yield from ends
        start = ends[-1] if ends else start + len(window)


def _is_false(before: str, after: str) -> bool:
    after = after.lstrip(_OPENING)
    if after[:1].islower():
        return True
    if _NUMBER_SIGN_AT_END.search(before):
        return after[:1].isdigit()
    if _HOUR_AT_END.search(before):
        return _HOUR_GOES_ON.match(after) is not None
    return bool(_TITLE_AT_END.search(before) or _LIST_NUMBER.fullmatch(before))
