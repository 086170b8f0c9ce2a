"""Captions: the author's own words, cut into readable cues, as a WebVTT file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil

LONGEST_LINE = 65
LINES_PER_CUE = 2


@dataclass(frozen=True, slots=True)
class SaidText:
    """Words as their author wrote them, and when they are spoken, in milliseconds from the start."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from `start_ms` to `end_ms`: one or two lines of at most 65 characters."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def cues(said: Iterable[SaidText]) -> tuple[Cue, ...]:
    """Cut each text into cues; the cues of one text share its time in proportion to their characters."""
    return tuple(cue for one in said for cue in _cues_of(one))


def webvtt(shown: Iterable[Cue]) -> str:
    """Write cues as a WebVTT file (https://www.w3.org/TR/webvtt1/, section 4)."""
    blocks = (
        f"{_timestamp(cue.start_ms)} --> {_timestamp(cue.end_ms)}\n" + "\n".join(map(_escaped, cue.lines)) + "\n"
        for cue in shown
    )
    return "\n".join(("WEBVTT\n", *blocks))


def _cues_of(said: SaidText) -> Iterator[Cue]:
    groups = tuple(_pairs(_balanced_lines(said.text)))
    sizes = [sum(map(len, group)) for group in groups]
    length_ms = said.end_ms - said.start_ms
    borders = [said.start_ms + round(length_ms * done / max(1, sum(sizes))) for done in accumulate(sizes, initial=0)]
    for group, (start_ms, end_ms) in zip(groups, pairwise(borders), strict=True):
        yield Cue(start_ms, max(end_ms, start_ms + 1), group)  # a cue needs a length


def _balanced_lines(text: str) -> list[str]:
    """Break a text into lines of similar length without using more cues than needed."""
    words = [piece for word in text.split() for piece in _pieces(word)]
    lines = _wrapped(words, LONGEST_LINE)
    if len(lines) <= 1:
        return lines
    most = ceil(len(lines) / LINES_PER_CUE) * LINES_PER_CUE
    narrowest = ceil(sum(map(len, lines)) / most)
    return next(
        (narrow for width in range(narrowest, LONGEST_LINE) if len(narrow := _wrapped(words, width)) <= most), lines
    )


def _pieces(word: str) -> Iterator[str]:
    """Split a word that is longer than a line, such as a web address."""
    return (word[at : at + LONGEST_LINE] for at in range(0, len(word), LONGEST_LINE))


def _wrapped(words: Iterable[str], width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _pairs(lines: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(lines[at : at + LINES_PER_CUE]) for at in range(0, len(lines), LINES_PER_CUE))


def _timestamp(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"


def _escaped(line: str) -> str:
    """Escape a line, so that it contains no markup and `-->` can't start another cue."""
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
