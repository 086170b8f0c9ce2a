"""The names of the normaliser's rules on screens."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from brief_audio.domain.text.english import (
    abbreviations,
    acronyms,
    dates,
    magnitudes,
    money,
    numbers,
    percent,
    phones,
    punctuation,
    roman,
    scores,
    times,
    typography,
    units,
    web,
    weekdays,
    years,
)
from brief_audio.domain.text.english.rule import Rule

_THEMES: tuple[tuple[str, Sequence[Rule]], ...] = (
    ("typography", typography.RULES),
    ("web address", web.RULES),
    ("phone number", phones.RULES),
    ("date", dates.RULES),
    ("year", years.RULES),
    ("time", (*times.RULES, *times.WITHOUT_DIGITS)),
    ("money", money.RULES),
    ("per cent", percent.RULES),
    ("number", (*magnitudes.RULES, *numbers.RULES)),
    ("unit", units.RULES),
    ("score", scores.RULES),
    ("weekday", weekdays.RULES),
    ("Roman numeral", roman.RULES),
    ("abbreviation", abbreviations.RULES),
    ("acronym", acronyms.RULES),
    ("punctuation", punctuation.RULES),
)
RULE_NAMES: Mapping[Rule, str] = MappingProxyType({rule: name for name, rules in _THEMES for rule in rules})
