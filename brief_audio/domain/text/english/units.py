"""Measures: lengths, speeds, masses, temperatures, power, data."""

import re

from brief_audio.domain.text.english.neighbours import is_attributive
from brief_audio.domain.text.english.numbers_in_words import amount
from brief_audio.domain.text.english.rule import NUMBER, TO, rule

_SQUARE, _CUBIC = "square ", "cubic "
_LENGTHS = {"km": "kilometre", "cm": "centimetre", "mm": "millimetre", "m": "metre"}
# Written form: singular, plural. "in" is left out because it is a word of its own.
_UNITS = {
    **{short: (one, f"{one}s") for short, one in _LENGTHS.items()},
    **{f"{short}2": (f"{_SQUARE}{one}", f"{_SQUARE}{one}s") for short, one in _LENGTHS.items()},
    **{f"{short}3": (f"{_CUBIC}{one}", f"{_CUBIC}{one}s") for short, one in _LENGTHS.items()},
    **{f"sq {short}": (f"{_SQUARE}{one}", f"{_SQUARE}{one}s") for short, one in _LENGTHS.items()},
    **{
        speed: (f"{one} per hour", f"{one}s per hour")
        for one, speeds in {"kilometre": ("km/h", "kmh", "kph"), "mile": ("mph",)}.items()
        for speed in speeds
    },
    "m/s": ("metre per second", "metres per second"),
    "sq ft": ("square foot", "square feet"),
    "sq mi": ("square mile", "square miles"),
    "ft": ("foot", "feet"),
    "mi": ("mile", "miles"),
    "yd": ("yard", "yards"),
    "nm": ("nanometre", "nanometres"),
    "ha": ("hectare", "hectares"),
    "kg": ("kilogram", "kilograms"),
    "mg": ("milligram", "milligrams"),
    "μg": ("microgram", "micrograms"),
    "g": ("gram", "grams"),
    "lbs": ("pound", "pounds"),
    "lb": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "t": ("tonne", "tonnes"),
    "ml": ("millilitre", "millilitres"),
    "cl": ("centilitre", "centilitres"),
    "l": ("litre", "litres"),
    "GWh": ("gigawatt-hour", "gigawatt-hours"),
    "MWh": ("megawatt-hour", "megawatt-hours"),
    "kWh": ("kilowatt-hour", "kilowatt-hours"),
    "TWh": ("terawatt-hour", "terawatt-hours"),
    "GW": ("gigawatt", "gigawatts"),
    "MW": ("megawatt", "megawatts"),
    "kW": ("kilowatt", "kilowatts"),
    "hp": ("horsepower", "horsepower"),
    "GHz": ("gigahertz", "gigahertz"),
    "MHz": ("megahertz", "megahertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "Hz": ("hertz", "hertz"),
    "dB": ("decibel", "decibels"),
    "Gbps": ("gigabit per second", "gigabits per second"),
    "Mbps": ("megabit per second", "megabits per second"),
    "TB": ("terabyte", "terabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "MB": ("megabyte", "megabytes"),
    "bpd": ("barrel a day", "barrels a day"),
    "b/d": ("barrel a day", "barrels a day"),
    "hrs": ("hour", "hours"),
    "hr": ("hour", "hours"),
    "mins": ("minute", "minutes"),
    "min": ("minute", "minutes"),
    "secs": ("second", "seconds"),
    "sec": ("second", "seconds"),
}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_SAFE_UNIT = "|".join(unit for unit in _UNITS if len(unit) > 1 and unit.isalpha() and unit not in {"min", "sec"})
# A single letter, or a unit that is also a word, counts as a unit only close to its number.
_MEASURE = rf"(?P<gap>\s?-?)(?P<unit>{_UNIT})(?![\w/])(?:\.(?=\s[a-z\d]|,))?"
_MINUS = r"(?P<minus>(?<![\w)])[−-]\s?)?"
_EVENT = (
    "(?:hurdles|freestyle|butterfly|backstroke|breaststroke|medley|sprint|race|relay|final|title|champion|record|dash)"
)
_SCALES = {"C": "Celsius", "F": "Fahrenheit"}


def _measure(match: re.Match[str]) -> str:
    one, many = _UNITS[match["unit"]]
    is_one = match["number"] == "1" or match["gap"].endswith("-") or is_attributive(match)
    return f"{'minus ' if match['minus'] else ''}{amount(match['number'])} {one if is_one else many}"


def _measure_range(match: re.Match[str]) -> str:
    return f"{amount(match['low'])} to {match['number']}{match['gap']}{match['unit']}"


def _feet_and_inches(match: re.Match[str]) -> str:
    return f"{amount(match['feet'])} foot {amount(match['inches'])}"


def _degrees(match: re.Match[str]) -> str:
    scale = f" {_SCALES[match['scale']]}" if match["scale"] else ""
    low = f"{'minus ' if match['low_minus'] else ''}{amount(match['low'])} to " if match["low"] else ""
    unit = "degree" if match["number"] == "1" and not low else "degrees"
    return f"{low}{'minus ' if match['minus'] else ''}{amount(match['number'])} {unit}{scale}"


def _per(match: re.Match[str]) -> str:
    return f"per {_UNITS[match['unit']][0]}" if match["unit"] else f" per {_UNITS[match['short']][0]}"


def _by(match: re.Match[str]) -> str:
    return f"{amount(match['number'])} by "


_LOW = rf"(?:(?P<low_minus>(?<![\w)])[−-]\s?)?(?<![\d.,])(?P<low>\d+(?:\.\d+)?)\s?°?{TO})?"

RULES = (
    rule(rf"\bper\s(?P<unit>{_SAFE_UNIT})\b|(?<=[a-zA-Z])/(?P<short>{_SAFE_UNIT})\b", _per),
    rule(r"(?<![\w.,])(?P<number>\d+(?:\.\d+)?)\s?[x×]\s?(?=\d)", _by),
    rule(rf"{_LOW}{_MINUS}(?<![\d.,])(?P<number>\d+(?:\.\d+)?)\s?°\s?(?P<scale>[CF])?\b", _degrees),
    rule(rf"{_LOW}{_MINUS}(?<![\w.,])(?P<number>\d+(?:\.\d+)?)\s?°(?P<scale>[CF])?", _degrees),
    rule(rf"{_LOW}{_MINUS}(?<![\w.,])(?P<number>\d{{1,2}}(?:\.\d)?)(?P<scale>[CF])\b(?!-)", _degrees),
    rule(r"(?<![\w.,])(?P<feet>\d)\s?(?:'|ft)\s?(?P<inches>1[01]|\d)\s?(?:\"|''|ins?\b)", _feet_and_inches),
    rule(rf"(?<![\w.,])(?P<low>{NUMBER}){TO}(?P<number>{NUMBER}){_MEASURE}", _measure_range),
    rule(
        rf"(?<![\w.,])(?P<number>{NUMBER})\s?m(?=\s(?:[a-z']+\s)?{_EVENT}\b)",
        lambda match: amount(match["number"]) + " metre",
    ),
    rule(rf"{_MINUS}(?<![\w.,])(?P<number>{NUMBER}){_MEASURE}", _measure),
)
