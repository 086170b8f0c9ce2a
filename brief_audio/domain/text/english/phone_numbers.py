"""Telephone numbers, digit by digit, with a pause between groups."""

import re

from brief_audio.domain.text.english.numbers_in_words import digits
from brief_audio.domain.text.english.rule import rule

_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # ITU-T E.164 allows 15


def _number(match: re.Match[str]) -> str:
    if not _FEWEST_DIGITS <= sum(character.isdigit() for character in match[0]) <= _MOST_DIGITS:
        return match[0]
    groups = ", ".join(digits(group) for group in re.findall(r"\d+", match[0]))
    return f"plus {groups}" if match[0].startswith("+") else groups


def _short_number(match: re.Match[str]) -> str:
    return match["call"] + digits(match["number"])


RULES = (
    rule(r"(?<![\w.])\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,5}(?![\w])", _number),
    rule(r"(?<![\w.,-])(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}(?![\w-])", _number),
    rule(r"(?<![\w.,–-])\(?0\d{2,4}\)?(?:[ -]\d{3,4}){1,3}(?![\w–-]|[.,]\d)", _number),
    rule(r"(?<![\w.,$£€-])\d{3}-\d{4}(?![\w-])", _number),
    rule(
        r"(?P<call>\b(?:call|calling|dial|dialling|ring|phone|text)\s(?:on\s)?)"
        r"(?P<number>\d{3,6})\b(?!,\d|\s(?:people|times)\b)",
        _short_number,
        any_case=True,
    ),
    rule(r"(?<![\w.,$£€-])(?P<call>)(?P<number>999|911)(?=\s(?:call|caller|emergency|operator|line))", _short_number),
)
