"""The script of an item: utterances, each tied to its place in the author's own text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class ScriptSection(StrEnum):
    """Which of an item's two texts an utterance comes from."""

    HEADLINE = "headline"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One spoken sentence.

    `start` and `end` are character offsets into the cleaned text of `part`, so that
    `written == text[start:end]`; `spoken` is the same as the voice will be given it. Words that a voice needs several
    breaths for, such as those of which a lexicon rule makes a paragraph, have several utterances with the same place.
    """

    part: ScriptSection
    start: int
    end: int
    written: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Script:
    """The utterances of one item in speaking order: the headline's, then the body's."""

    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """Say `spoken` wherever the author wrote `written` as a whole word."""

    written: str
    spoken: str
    match_case: bool = False


def by_place(utterances: Iterable[Utterance]) -> Iterator[tuple[Utterance, ...]]:
    """Yield the utterances, those together that say the same words of the author."""
    for _, same in groupby(utterances, key=lambda one: (one.part, one.start, one.end)):
        yield tuple(same)
