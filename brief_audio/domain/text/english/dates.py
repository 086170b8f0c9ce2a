"""Dates and years."""

import re

from brief_audio.domain.text.english.patterns import MONTH, YEAR
from brief_audio.domain.text.english.rule import rule
from brief_audio.domain.text.english.words import cardinal, decade, ordinal, year

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_SUFFIX = r"(?:st|nd|rd|th)?"
_WEEKDAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
             "sat": "Saturday", "sun": "Sunday"}  # fmt: skip
_WEEKDAY = r"(?:Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun)"
_LAST_MONTH = 12


def _month(written: str) -> str:
    return next(name for name in _MONTHS if name.startswith(written[:3]))


def _year_after(match: re.Match[str], join: str) -> str:
    return f"{join}{year(int(match['year']))}" if match["year"] else ""


def _day_month(match: re.Match[str]) -> str:
    days = " to the ".join(ordinal(int(day)) for day in (match["first"], match["last"]) if day)
    article = "" if match["the"] else "the "
    return f"{match['the'] or ''}{article}{days} of {_month(match['month'])}{_year_after(match, ' ')}"


def _month_day(match: re.Match[str]) -> str:
    days = " to ".join(ordinal(int(day)) for day in (match["first"], match["last"]) if day)
    return f"{_month(match['month'])} {days}{_year_after(match, ', ')}"


def _numeric(match: re.Match[str]) -> str:
    """Day first or month first where only one of them can be meant, else the bare numbers."""
    first, second = int(match["first"]), int(match["second"])
    spoken_year = year(int(match["year"]))
    if first > _LAST_MONTH >= second:
        return f"the {ordinal(first)} of {_MONTHS[second - 1]} {spoken_year}"
    if second > _LAST_MONTH >= first:
        return f"{_MONTHS[first - 1]} {ordinal(second)}, {spoken_year}"
    return f"{cardinal(first)} {cardinal(second)} {spoken_year}"


def _iso(match: re.Match[str]) -> str:
    return f"{_MONTHS[int(match['month']) - 1]} {ordinal(int(match['day']))}, {year(int(match['year']))}"


def _years(match: re.Match[str]) -> str:
    first, last = match["first"], match["last"]
    full = last if len(last) == 4 else first[:2] + last  # noqa: PLR2004
    join = " " if match["sign"] == "/" else " to "
    return f"{year(int(first))}{join}{year(int(full)) if len(last) == 4 or join == ' to ' else cardinal(int(last))}"  # noqa: PLR2004


def _decade(match: re.Match[str]) -> str:
    return decade(int(match["number"]))


def _weekday(match: re.Match[str]) -> str:
    return _WEEKDAYS[match["day"][:3].lower()]


def _year(match: re.Match[str]) -> str:
    return year(int(match["year"]))


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
    rule(rf"\b(?P<month>{MONTH})(?=,? {YEAR}\b)", lambda match: _month(match["month"])),
    rule(
        r"\b(?P<month>Jan|Feb|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.(?=\s[a-z]|[,;:]|\s?$)",
        lambda match: _month(match["month"]),
    ),
    rule(
        rf"\b(?P<day>{_WEEKDAY})\b(?:\.(?=,|\s(?:the|[a-z\d])|\s{MONTH})|(?=,\s(?:the|\d|{MONTH})|\s?[–-]\s?{_WEEKDAY}\b))",
        _weekday,
    ),
    rule(rf"\b(?<=day[–-])(?P<day>{_WEEKDAY})\b\.?", _weekday),
    rule(r"(?<=day)[–-](?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)", " to "),
    rule(rf"(?<![\w.,$£€/-])(?P<first>{YEAR})(?P<sign>[–/-])(?P<last>{YEAR}|\d{{2}})(?![\w/-]|[.,]\d)", _years),
    rule(r"(?<![\w,.$£€])'?(?P<number>1\d\d0|20\d0|[2-9]0)(?:'s|s)\b", _decade),
    rule(
        r"(?<!\w)'(?P<number>\d\d)(?!\w)",
        lambda match: (
            cardinal(int(match["number"])) if match["number"][0] != "0" else "oh " + cardinal(int(match["number"]))
        ),
    ),
    rule(
        r"(?P<word>\b(?:in|since|of|by|until|from|before|after|year|circa) )(?P<year>10\d\d)(?![\w%]|[.,]\d| \w+s\b)",
        lambda match: match["word"] + _year(match),
    ),
    rule(r"(?<![\w.,$£€#+−-])(?P<year>1[1-9]\d\d|20\d\d)(?=(?:'s)?(?:[^\w%.,-]|[.,](?!\d)|-[a-z]|$))", _year),
)
