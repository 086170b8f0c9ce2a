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
    percentages,
    phone_numbers,
    punctuation,
    roman_numerals,
    scores,
    times,
    typographic_variants,
    units,
    web_addresses,
    weekdays,
    years,
)
from brief_audio.domain.text.english.rule import Rule

_THEMES: tuple[tuple[str, Sequence[Rule]], ...] = (
    ("typography", typographic_variants.RULES),
    ("web address", web_addresses.RULES),
    ("phone number", phone_numbers.RULES),
    ("date", dates.RULES),
    ("year", years.RULES),
    ("time", (*times.RULES, *times.WITHOUT_DIGITS)),
    ("money", money.RULES),
    ("per cent", percentages.RULES),
    ("number", (*magnitudes.RULES, *numbers.RULES)),
    ("unit", units.RULES),
    ("score", scores.RULES),
    ("weekday", weekdays.RULES),
    ("Roman numeral", roman_numerals.RULES),
    ("abbreviation", abbreviations.RULES),
    ("acronym", acronyms.RULES),
    ("punctuation", punctuation.RULES),
)
RULE_NAMES: Mapping[Rule, str] = MappingProxyType({rule: name for name, rules in _THEMES for rule in rules})
