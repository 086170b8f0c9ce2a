"""Times of day and durations."""

import re

from brief_audio.domain.text.english.numbers_in_words import cardinal, letters, pair
from brief_audio.domain.text.english.rule import rule

_HOUR = r"(?:2[0-4]|1\d|0?\d)"
_MINUTE = r"[0-5]\d"
_HALF = r"(?P<half>[ap])\.?\s?m\b\.?"
_NOON = 12


def _half_of_day(match: re.Match[str]) -> str:
    # If the sentence ends with "a.m.", the last dot also ends the sentence.
    stop = "." if match[0].endswith(".") and match.end() == len(match.string) else ""
    return letters(match["half"].upper() + "M") + stop


def _twelve_hours(match: re.Match[str]) -> str:
    return f"{_clock(match['hour'], match['minute'])} {_half_of_day(match)}"


def _twelve_hour_range(match: re.Match[str]) -> str:
    half = f" {letters(match['from_half'].upper() + 'M')}" if match["from_half"] else ""
    return f"{_clock(match['from_hour'], match['from_minute'])}{half} to {_twelve_hours(match)}"


def _clock(hour: str, minute: str | None) -> str:
    minutes = int(minute or 0)
    return cardinal(int(hour)) + (f" {pair(minutes)}" if minutes else "")


def _twenty_four_hours(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    if minute:
        return f"{'zero' if not hour else cardinal(hour)} {pair(minute)}"
    if hour in {0, 24}:
        return "midnight"
    if hour == _NOON:
        return "noon"
    return f"{cardinal(hour)} o'clock" if hour < _NOON else f"{cardinal(hour)} hundred hours"


def _duration(match: re.Match[str]) -> str:
    counted = [(int(match[unit] or 0), unit) for unit in ("hour", "minute", "second")]
    said = [f"{cardinal(count)} {unit}{'' if count == 1 else 's'}" for count, unit in counted if count]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said or ["zero seconds"])


RULES = (
    rule(r"(?<![\w:.])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)(?![\w:])", _duration),
    rule(
        rf"(?<![\w:.,$£€])(?P<from_hour>{_HOUR})(?:[:.](?P<from_minute>{_MINUTE}))?"
        rf"(?:\s?(?P<from_half>[ap])\.?m\b\.?)?\s?(?:–|-|to)\s?"
        rf"(?P<hour>{_HOUR})(?:[:.](?P<minute>{_MINUTE}))?\s?{_HALF}",
        _twelve_hour_range,
        any_case=True,
    ),
    rule(rf"(?<![\w:.,$£€])(?P<hour>{_HOUR})(?:[:.](?P<minute>{_MINUTE}))?\s?{_HALF}", _twelve_hours, any_case=True),
    rule(r"\b12(?::00)? noon\b", "twelve noon"),
    # This rule only reads the dash; the rules below read the two times.
    rule(rf"(?<![\w:.,$£€])(?P<from>{_HOUR}:{_MINUTE})\s?[–-]\s?(?={_HOUR}:{_MINUTE}(?![\w:]|\.\d))", r"\g<from> to "),
    rule(rf"(?<![\w:.,$£€])(?P<hour>{_HOUR}):(?P<minute>{_MINUTE})(?![\w:]|\.\d)", _twenty_four_hours),
    rule(
        r"(?<![\w:.,])(?P<hour>[01]\d|2[0-3])\.?(?P<minute>[0-5]\d)(?=\s(?:GMT|BST|UTC|CES?T|hrs|hours)\b)",
        _twenty_four_hours,
    ),
    rule(
        r"(?<![\w:.,])(?P<first>\d{1,3}):(?P<second>\d{1,3})(?![\w:])",
        lambda match: f"{cardinal(int(match['first']))} to {cardinal(int(match['second']))}",
    ),
)

WITHOUT_DIGITS = (rule(r"\b(?P<half>[ap])\.m\.", _half_of_day),)
