"""Shares, changes and the points that markets count in."""

import re

from brief_audio.domain.text.english.numbers_in_words import amount
from brief_audio.domain.text.english.rule import NUMBER, TO, rule

_SIGNS = {"+": "plus ", "-": "minus ", "−": "minus ", "±": "plus or minus ", "": ""}
_SIGN = r"(?P<sign>(?<![\w.)])[+±−-])?"
_UNIT = r"\s?(?P<unit>%|pct\b\.?|‰|bps\b|bp\b|pp\b|ppts?\b|ppm\b|ppb\b)"
_UNITS = {"%": "percent", "‰": "per mille", "bps": "basis points", "bp": "basis points", "ppm": "parts per million",
          "ppb": "parts per billion"}  # fmt: skip


def _unit(written: str) -> str:
    return "percent" if written.startswith("pct") else _UNITS.get(written, "percentage points")


def _share(match: re.Match[str]) -> str:
    return f"{_SIGNS[match['sign'] or '']}{amount(match['number'])} {_unit(match['unit'])}"


def _shares(match: re.Match[str]) -> str:
    signs = (_SIGNS[match[name] or ""] for name in ("sign", "second_sign"))
    low, high = (sign + amount(match[name]) for sign, name in zip(signs, ("low", "high"), strict=True))
    return f"{low} to {high} {_unit(match['unit'])}"


RULES = (
    rule(
        rf"{_SIGN}(?<![\d.,])(?P<low>{NUMBER})(?:\s?%\s?[–-]\s?|{TO})(?P<second_sign>[+−])?(?P<high>{NUMBER}){_UNIT}",
        _shares,
    ),
    rule(rf"{_SIGN}(?<![\d.,])(?P<number>{NUMBER}){_UNIT}", _share),
    rule(r"\by/y\b|\bYoY\b|\byoy\b", "year on year"),
    rule(r"\bq/q\b|\bQoQ\b|\bqoq\b", "quarter on quarter"),
    rule(r"\bm/m\b|\bMoM\b", "month on month"),
)
