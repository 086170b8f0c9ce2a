"""Dates: a day and its month, in the usual orders."""

import re

from brief_audio.domain.text.english.numbers_in_words import cardinal, ordinal, year
from brief_audio.domain.text.english.rule import MONTH, YEAR, rule

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_SUFFIX = r"(?:st|nd|rd|th)?"
_LAST_MONTH = 12


def month_name(written: str) -> str:
    """Return the full name of a month from its first letters."""
    return next(name for name in _MONTHS if name.startswith(written[:3]))


def _year_after(match: re.Match[str], join: str) -> str:
    return f"{join}{year(int(match['year']))}" if match["year"] else ""


def _day_month(match: re.Match[str]) -> str:
    days = " to the ".join(ordinal(int(day)) for day in (match["first"], match["last"]) if day)
    article = "" if match["the"] else "the "
    return f"{match['the'] or ''}{article}{days} of {month_name(match['month'])}{_year_after(match, ' ')}"


def _month_day(match: re.Match[str]) -> str:
    days = " to ".join(ordinal(int(day)) for day in (match["first"], match["last"]) if day)
    return f"{month_name(match['month'])} {days}{_year_after(match, ', ')}"


def _numeric(match: re.Match[str]) -> str:
    """Read day or month first if only one order is possible; otherwise say the bare numbers."""
    first, second = int(match["first"]), int(match["second"])
    spoken_year = year(int(match["year"]))
    if first > _LAST_MONTH >= second:
        return f"the {ordinal(first)} of {_MONTHS[second - 1]} {spoken_year}"
    if second > _LAST_MONTH >= first:
        return f"{_MONTHS[first - 1]} {ordinal(second)}, {spoken_year}"
    return f"{cardinal(first)} {cardinal(second)} {spoken_year}"


def _iso(match: re.Match[str]) -> str:
    return f"{_MONTHS[int(match['month']) - 1]} {ordinal(int(match['day']))}, {year(int(match['year']))}"


RULES = (
    rule(rf"\b(?P<year>{YEAR})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?![\w-])", _iso),
    rule(rf"(?<![\w/.])(?P<first>{_DAY})(?P<sep>[/.])(?P<second>{_DAY})(?P=sep)(?P<year>{YEAR})(?![\w/])", _numeric),
    rule(
        rf"(?P<the>\b[Tt]he )?(?<![\w.,$£€])(?P<first>{_DAY}){_SUFFIX}(?:\s?[–-]\s?(?P<last>{_DAY}){_SUFFIX})?"
        rf"(?: of)? (?P<month>{MONTH})(?:,? (?P<year>{YEAR})(?![\w,]))?(?!\w)",
        _day_month,
    ),
    rule(
        rf"\b(?P<month>{MONTH}) (?P<first>{_DAY}){_SUFFIX}(?:\s?[–-]\s?(?P<last>{_DAY}){_SUFFIX})?(?![\w:%]|,\d|\.\d)"
        rf"(?:,? (?P<year>{YEAR})(?![\w]|,\d))?",
        _month_day,
    ),
    rule(rf"\b(?P<month>{MONTH})(?=,? {YEAR}\b)", lambda match: month_name(match["month"])),
)
