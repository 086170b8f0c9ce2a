"""Years, spans of years and decades."""

import re

from brief_audio.domain.text.english.numbers_in_words import cardinal, decade, pair, year
from brief_audio.domain.text.english.rule import YEAR, rule


def _years(match: re.Match[str]) -> str:
    first, last = match["first"], match["last"]
    full = last if len(last) == 4 else first[:2] + last  # noqa: PLR2004
    join = " " if match["sign"] == "/" else " to "
    return f"{year(int(first))}{join}{year(int(full)) if len(last) == 4 or join == ' to ' else cardinal(int(last))}"  # noqa: PLR2004


def _decade(match: re.Match[str]) -> str:
    return decade(int(match["number"]))


def _year(match: re.Match[str]) -> str:
    return year(int(match["year"]))


RULES = (
    rule(rf"(?<![\w.,$£€/-])(?P<first>{YEAR})(?P<sign>[–/-])(?P<last>{YEAR}|\d{{2}})(?![\w/-]|[.,]\d)", _years),
    rule(r"(?<![\w,.$£€])'?(?P<number>1\d\d0|20\d0|[2-9]0)(?:'s|s)\b", _decade),
    rule(r"(?<!\w)'(?P<number>\d\d)(?!\w)", lambda match: pair(int(match["number"]))),
    rule(
        r"(?P<word>\b(?:in|since|of|by|until|from|before|after|year|circa) )(?P<year>10\d\d)(?![\w%]|[.,]\d| \w+s\b)",
        lambda match: match["word"] + _year(match),
    ),
    rule(r"(?<![\w.,$£€#+−-])(?P<year>1[1-9]\d\d|20\d\d)(?=(?:'s)?(?:[^\w%.,-]|[.,](?!\d)|-[a-z]|$))", _year),
)
