"""What will be said for an item: utterances, each tied to its place in the author's own text."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """Which of an item's two texts an utterance comes from."""

    HEADLINE = "headline"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One spoken sentence.

    `start` and `end` are character offsets into the cleaned text of `part`, so that
    `written == text[start:end]`; `spoken` is the same as the voice will be given it.
    """

    part: Part
    start: int
    end: int
    written: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Script:
    """The utterances of one item in the order they are said: the headline's, then the body's."""

    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class LexiconRule:
    """Say `spoken` wherever the author wrote `written` as a whole word."""

    written: str
    spoken: str
    match_case: bool = False
