"""Amounts of money."""

import re

from brief_audio.domain.text.english.currencies import CODES, DOLLAR_COUNTRIES, RUPEE, SYMBOLS, Currency
from brief_audio.domain.text.english.magnitudes import MAGNITUDE, magnitude
from brief_audio.domain.text.english.neighbours import is_attributive
from brief_audio.domain.text.english.numbers_in_words import amount, cardinal
from brief_audio.domain.text.english.rule import NUMBER, Say, rule

_COUNTRY = rf"(?P<country>(?<![A-Za-z])(?:{'|'.join(DOLLAR_COUNTRIES)}))?"
_SIGN = rf"(?P<sign>[{''.join(SYMBOLS)}])\s?"
_CODE = f"(?P<code>{'|'.join(CODES)})"
_MINUS = r"(?P<minus>(?<![\w)])[-−]\s?)?"
_MAGNITUDE = rf"[ -]?(?:{MAGNITUDE}|[MBTK]\b)"
_SCALE = f"(?P<scale>{_MAGNITUDE})?"
_HUNDREDTHS = re.compile(r"(?P<whole>[\d,]*)\.(?P<cents>\d\d)")


def _range_start(match: re.Match[str]) -> str:
    """Remove the sign from the lower amount, so that the unit is spoken once: "$10-15m" becomes "ten to $15m"."""
    return f"{amount(match['number'])}{magnitude(match['scale'])} to {match['country'] or ''}{match['sign']}"


def _symbol(match: re.Match[str]) -> str:
    country = DOLLAR_COUNTRIES.get(match["country"] or "", "")
    said = _sum(match, SYMBOLS[match["sign"]], country)
    return f"minus {said}" if match["minus"] else said


def _sign_behind(match: re.Match[str]) -> str:
    return _sum(match, SYMBOLS[match["sign"]])


def _code(match: re.Match[str]) -> str:
    return _sum(match, CODES[match["code"]])


def _sum(match: re.Match[str], currency: Currency, country: str = "") -> str:
    number, scale = match["number"], match["scale"]
    hundredths = _HUNDREDTHS.fullmatch(number)
    if hundredths and not scale and not country and currency.cent:
        return _with_cents(hundredths, currency)
    is_one = is_attributive(match) or (number == "1" and not scale)
    unit = f"{country} {currency.one if is_one else currency.many}".strip()
    return f"{amount(number)}{magnitude(scale)} {unit}"


def _with_cents(match: re.Match[str], currency: Currency) -> str:
    whole, cents = int(match["whole"].replace(",", "") or 0), int(match["cents"])
    small = f"{cardinal(cents)} {currency.cent if cents == 1 else currency.cents}"
    if not whole:
        return small
    large = f"{cardinal(whole)} {currency.one if whole == 1 else currency.many}"
    if not cents:
        return large
    is_short = not currency.says_and and cents >= 10  # noqa: PLR2004
    return f"{large} {cardinal(cents)}" if is_short else f"{large} and {small}"


def _coins(one: str, many: str) -> Say:
    return lambda match: f"{amount(match['number'])} {one if match['number'] == '1' else many}"


RULES = (
    rule(
        rf"{_COUNTRY}{_SIGN}(?P<number>{NUMBER}){_SCALE}(?:\s?[–-]\s?)(?:(?:{'|'.join(DOLLAR_COUNTRIES)})?(?P=sign))?(?=\d)",
        _range_start,
    ),
    rule(rf"{_MINUS}{_COUNTRY}{_SIGN}(?P<number>{NUMBER}){_SCALE}", _symbol),
    rule(rf"(?<![\w.,])(?P<number>{NUMBER}){_SCALE}\s?(?P<sign>[{''.join(SYMBOLS)}])(?!\d)", _sign_behind),
    rule(
        rf"\bRs\.?\s?(?P<number>{NUMBER})(?P<scale>\s(?:crore|lakh)\b|{_MAGNITUDE})?", lambda match: _sum(match, RUPEE)
    ),
    rule(rf"\b{_CODE}\s?(?P<number>{NUMBER}){_SCALE}", _code),
    rule(rf"(?<![\w.,])(?P<number>{NUMBER}){_SCALE}\s?{_CODE}\b", _code),
    rule(r"(?<![\w.,])(?!(?:480|720|1080|2160)p)(?P<number>\d{1,4}(?:\.\d+)?)p\b", _coins("penny", "pence")),
    rule(r"(?<![\w.,])(?P<number>\d{1,4}(?:\.\d+)?)(?:\s?¢|c\b)", _coins("cent", "cents")),
)
