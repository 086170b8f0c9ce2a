"""Bring the many ways to write a character into one form; these rules come first."""

import re
import unicodedata

from brief_audio.domain.text.characters import JOINERS
from brief_audio.domain.text.english.numbers_in_words import cardinal
from brief_audio.domain.text.english.rule import rule

_FRACTION_NAMES = {2: ("half", "halves"), 3: ("third", "thirds"), 4: ("quarter", "quarters"), 5: ("fifth", "fifths"),
                   6: ("sixth", "sixths"), 7: ("seventh", "sevenths"), 8: ("eighth", "eighths"),
                   9: ("ninth", "ninths"), 10: ("tenth", "tenths")}  # fmt: skip
_VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"


def fraction(numerator: int, denominator: int, *, after_whole: bool = False) -> str:
    """Return 3/4 as "three quarters"; after a whole number, return 1/2 as "a half"."""
    singular, plural = _FRACTION_NAMES[denominator]
    if numerator == 1:
        return f"{'a' if after_whole else 'one'} {singular}"
    return f"{cardinal(numerator)} {plural}"


def _vulgar(match: re.Match[str]) -> str:
    numerator, _, denominator = unicodedata.normalize("NFKC", match["sign"]).partition("⁄")
    said = fraction(int(numerator), int(denominator), after_whole=bool(match["whole"]))
    return f"{match['whole']} and {said}" if match["whole"] else said


def _plain(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _decimal_digit(match: re.Match[str]) -> str:
    return str(unicodedata.decimal(match[0]))


RULES = (
    rule(f"[{JOINERS}]", ""),
    rule("[‘’‛′ʼ´`]", "'"),
    rule("[“”„‟«»″]", '"'),
    rule("[−﹣]", "−"),
    rule("[‐‑]", "-"),
    rule("[‒–]", "–"),
    rule(r"(?<=\d)[\u00a0\u2007\u2009\u202f](?=\d{3}(?!\d))", ","),
    rule(r"(?<=\d) (?=000(?!\d))", ","),
    rule(rf"(?:(?P<whole>\d+)\s?)?(?P<sign>[{_VULGAR}])", _vulgar),
    rule(r"(?<=[a-z])²", "2"),
    rule(r"(?<=[a-z])³", "3"),
    rule("…", "..."),
    # Replace ligatures, full-width letters, circled numbers, ℃ and similar characters by the letters they consist of.
    rule(r"[^\x00-\x7f–—−\u0300-\u036f\ue000-\uf8ff]", _plain),
    rule(r"[^\W0-9]", lambda match: _decimal_digit(match) if match[0].isdecimal() else match[0]),
    rule(r"\s+", " "),
)
