"""Abbreviated days and months."""

import re

from brief_audio.domain.text.english.dates import month_name
from brief_audio.domain.text.english.rule import MONTH, rule

_WEEKDAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
             "sat": "Saturday", "sun": "Sunday"}  # fmt: skip
_WEEKDAY = r"(?:Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun)"


def _weekday(match: re.Match[str]) -> str:
    return _WEEKDAYS[match["day"][:3].lower()]


RULES = (
    rule(
        r"\b(?P<month>Jan|Feb|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.(?=\s[a-z]|[,;:]|\s?$)",
        lambda match: month_name(match["month"]),
    ),
    rule(
        rf"\b(?P<day>{_WEEKDAY})\b(?:\.(?=,|\s(?:the|[a-z\d])|\s{MONTH})|(?=,\s(?:\d|{MONTH})|\s?[–-]\s?{_WEEKDAY}\b))",
        _weekday,
    ),
    rule(rf"\b(?<=day[–-])(?P<day>{_WEEKDAY})\b\.?", _weekday),
    rule(r"(?<=day)[–-](?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)", " to "),
)
