"""Ordinals, and every number that no other rule has handled."""

import re

from brief_audio.domain.text.english.numbers_in_words import amount, digits, ordinal
from brief_audio.domain.text.english.rule import NUMBER, rule


def _ordinal(match: re.Match[str]) -> str:
    return ordinal(int(match["number"].replace(",", "")))


def _number(match: re.Match[str]) -> str:
    sign = {"−": "minus ", "-": "minus ", "+": "plus "}.get((match["sign"] or "").strip(), "")
    return sign + amount(match["number"])


def _any_digits(match: re.Match[str]) -> str:
    return f" {digits(match[0])} " if len(match[0]) > 1 and match[0][0] == "0" else f" {amount(match[0])} "


RULES = (
    rule(r"(?<![\w.,])(?P<number>\d{1,3}(?:,\d{3})*|\d{1,9})(?:st|nd|rd|th)\b", _ordinal),
    rule(rf"(?P<sign>(?<![\w)\"'.,-])[−+-]\s?(?=[\d.]))?(?<![\w.,])(?P<number>{NUMBER})(?![\d])(?=[^\w]|$)", _number),
    rule(r"\d+", _any_digits),
)
