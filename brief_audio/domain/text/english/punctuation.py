"""The remaining signs: words for those that are read out, commas and stops for those that cause a pause."""

import re

from brief_audio.domain.text.characters import MARKS, STAND_INS, WORD_CHARACTERS
from brief_audio.domain.text.english.rule import rule

_STRONGEST = "?!.;:,"
_LETTER = rf"(?:[^\W\d_]|[{STAND_INS}])"  # one character, from the text or the lexicon


def _strongest(match: re.Match[str]) -> str:
    marks = match[0]
    return next(mark for mark in _STRONGEST if mark in marks)


RULES = (
    rule(r"^\s*(?:[-–—*+•‣◦▪·#>]+|\(?[a-z][.)])\s+", ""),
    rule(r"\s?&\s?", " and "),
    rule(r"\band/or\b", "and or"),
    rule(r"\s?=\s?", " equals "),
    rule(r"(?<=\w)\s?\+(?=\s|$)|\+(?=\w)", " plus "),
    rule(r"(?<!\S)<\s?(?=\w)", "less than "),
    rule(r"(?<!\S)>\s?(?=\w)", "more than "),
    rule(r"(?<!\S)~\s?(?=\w)", "about "),
    rule("%", " percent "),
    rule("°", " degrees "),
    rule(r"/hour\b", " an hour"),
    rule(r"(?<=[a-z])/(?=(?:day|night|week|month|year|person|head|share|barrel|tonne|unit)\b)", " a "),
    rule(r"(?<=[A-Za-z])/(?=[A-Za-z])", " "),
    rule(r"(?<=[A-Za-z])\.(?=[a-z]{2})", " dot "),
    # Pauses: dashes, brackets, ellipses.
    rule(r"\.{2,}(?=\s*[\"')\]]*\s*[A-Z]|\s*$)", "."),
    rule(r"\s*\.{2,}\s*", ", "),
    rule(r"\s*[—―]+\s*|\s+[-–−]+\s+|\s*–\s*|-{2,}", ", "),
    rule(r"[(\[{]|(?<=\w)[)\]}](?=\s)", ", "),
    # Keep apostrophes and hyphens within words only; of the other signs, keep the marks that cause a pause.
    rule(rf"(?<!{_LETTER})'|'(?!{_LETTER})", ""),
    rule(rf"[^{WORD_CHARACTERS}{STAND_INS}\s'.,?!;:-]|_", " "),
    rule(rf"(?<![{WORD_CHARACTERS}])[{MARKS}]+", ""),
    rule(rf"(?<!{_LETTER})-|-(?!{_LETTER})", " "),
    rule(r"(?<=[a-z])\.(?=[A-Z])|(?<=\w)[,?!;:](?=\w)", lambda match: match[0] + " "),
    rule(r"\s+(?=[.,?!;:])", ""),
    rule(r"[.,?!;:](?:\s*[.,?!;:])+", _strongest),
    rule(r"^[\s.,?!;:]+", ""),
    rule(r"\s+", " "),
)
