"""The script of an item: utterances, each tied to its place in the author's own text."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """Which of an item's two texts an utterance comes from."""

    HEADLINE = "headline"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One spoken sentence.

    `start` and `end` are character offsets into the cleaned text of `part`, so that `written == text[start:end]`;
    `spoken` is the form given to the voice.
    """

    part: Part
    start: int
    end: int
    written: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Script:
    """The utterances of one item in speaking order: the headline's, then the body's."""

    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class LexiconRule:
    """Say `spoken` wherever the author wrote `written` as a whole word."""

    written: str
    spoken: str
    match_case: bool = False
