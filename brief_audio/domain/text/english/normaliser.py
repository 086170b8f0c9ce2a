"""All rules in the order they are applied: text put into words by one rule is not changed by later ones."""

import re
from collections.abc import Iterator
from itertools import chain

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

_FIRST: tuple[Rule, ...] = (*typographic_variants.RULES, *web_addresses.RULES)
_WITH_DIGITS: tuple[Rule, ...] = (
    *phone_numbers.RULES,
    *dates.RULES,
    *years.RULES,
    *times.RULES,
    *money.RULES,
    *percentages.RULES,
    *magnitudes.RULES,
    *units.RULES,
    *scores.RULES,
)
_WORDS: tuple[Rule, ...] = (
    *weekdays.RULES,
    *times.WITHOUT_DIGITS,
    *roman_numerals.RULES,
    *abbreviations.RULES,
    *acronyms.RULES,
)
_LAST: tuple[Rule, ...] = (*numbers.RULES, *punctuation.RULES)
_HAS_DIGIT = re.compile(r"\d")


def normalise(text: str) -> str:
    """Return one English sentence as it is spoken: words, the marks , . ? ! ; : and nothing else.

    Spelt letters are joined by dots or hyphens ("B.B.C", "M-P's"); the lexicon's stand-ins stay as they are.
    """
    for rule in rules_for(text):
        text = rule.apply(text)
    return text.strip()


def rules_for(text: str) -> Iterator[Rule]:
    """Yield the rules for one sentence in the order they are applied."""
    return chain(_FIRST, _WITH_DIGITS if _HAS_DIGIT.search(text) else (), _WORDS, _LAST)
