"""Thousands, millions and billions after a number."""

import re

from brief_audio.domain.text.english.neighbours import after
from brief_audio.domain.text.english.numbers_in_words import amount
from brief_audio.domain.text.english.rule import NUMBER, rule

_NAMES = {"k": "thousand", "m": "million", "mn": "million", "mln": "million", "mio": "million", "bn": "billion",
          "b": "billion", "tn": "trillion", "trn": "trillion", "t": "trillion"}  # fmt: skip
MAGNITUDE = r"(?:thousand|million|billion|trillion|mln|mio|trn|mn|bn|tn|k|m|b|t)\b"
# "5m" is five metres unless it counts things: "5m people", "5m new homes", "5m a year".
_COUNTED = re.compile(
    r"\s(?:[a-z-]+\s)?(?:people|children|women|men|[a-z]{3,}s)\b|\s(?:a|per|each|every)\s(?:day|week|month|year)\b"
)
_RUN_IN_METRES = re.compile(
    r"\s(?:[a-z-]+\s)?(?:hurdles|finals|races|titles|sprints|waves|heats|is|was|has|walls|yachts|towers|ships|cliffs|tides|seas|masts|vessels|times|dunes)\b"
)


def magnitude(written: str | None) -> str:
    """Return " billion" for "bn", and nothing for nothing."""
    if not written:
        return ""
    name = written.strip(" -").lower()
    return f" {_NAMES.get(name, name)}"


def _abbreviated(match: re.Match[str]) -> str:
    return amount(match["number"]) + magnitude(match["magnitude"])


def _million_or_metres(match: re.Match[str]) -> str:
    what = after(match)
    is_million = _COUNTED.match(what) and not _RUN_IN_METRES.match(what)
    return amount(match["number"]) + " million" if is_million else match[0]


RULES = (
    rule(rf"(?<![\w.,])(?P<number>{NUMBER})\s?(?P<magnitude>trn|tn|bn|mln|mn)\b", _abbreviated),
    rule(rf"(?<![\w.,])(?P<number>{NUMBER})(?P<magnitude>k|K(?=\s[a-z]))\b", _abbreviated),
    rule(rf"(?<![\w.,])(?P<number>{NUMBER})m\b", _million_or_metres),
    rule(rf"(?<![\w.,])(?P<number>{NUMBER})M\b(?=\s[a-z])", lambda match: amount(match["number"]) + " million"),
)
