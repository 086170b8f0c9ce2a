"""Capital letters: which ones form a word, and which are spelt out."""

import re

from brief_audio.domain.text.english.capitals import SAID_AS_WORDS, SHOUTED, STATES
from brief_audio.domain.text.english.numbers_in_words import amount, cardinal, digits, letters, pair, year
from brief_audio.domain.text.english.rule import rule

_LONGEST_SPELT = 5  # letters; longer ones without a vowel are spelt too
_VOWELS = re.compile("[AEIOUY]")


def _dotted(match: re.Match[str]) -> str:
    # "U.S." at the end of a sentence shares its last dot with it.
    is_last = match.end() == len(match.string)
    return letters(match["letters"].replace(".", "").replace(" ", ""), match["ending"] or "") + ("." if is_last else "")


def _capitals(match: re.Match[str]) -> str:
    word, ending = match["letters"], match["ending"] or ""
    if word in SAID_AS_WORDS:
        return word.capitalize() + ending
    if word in SHOUTED:
        return word.lower() + ending if word not in {"I", "OK"} else match[0]
    if len(word) > _LONGEST_SPELT and _VOWELS.search(word):
        return word.capitalize() + ending
    return letters(word, ending)


def _shouted(match: re.Match[str]) -> str:
    """Lower-case a text written all in capitals, except for unmistakable acronyms."""
    return re.sub(r"[A-Z]{2,}", _unshouted, match[0])


def _unshouted(match: re.Match[str]) -> str:
    word = match[0]
    is_acronym = word in SAID_AS_WORDS or word in {"US", "UK", "EU", "UN", "AI"} or not _VOWELS.search(word)
    return word if is_acronym else word.capitalize()


def _ampersand(match: re.Match[str]) -> str:
    return "-".join([*match["left"], "and", *match["right"]]) + ("'s" if match["ending"] else "")


def _code(match: re.Match[str]) -> str:
    """Say "A380", "F-16", "H5N1", "CO2" or "PM2.5" as one word: letters and numbers joined by hyphens."""
    return "-".join(_code_part(part) for part in re.findall(r"[A-Z]+|[a-z]+|\d+(?:\.\d+)?", match[0]))


def _code_part(part: str) -> str:
    if part.isalpha():
        return (
            part.capitalize()
            if part in SAID_AS_WORDS
            else "-".join(part.upper())
            if part.isupper() or len(part) == 1
            else part
        )
    return _designation(part).replace(" ", "-")


def _designation(number: str) -> str:
    if "." in number:
        return amount(number)
    value = int(number)
    if number.startswith("0") or len(number) > 4:  # noqa: PLR2004
        return digits(number)
    if len(number) == 4:  # noqa: PLR2004
        return year(value)
    hundreds, rest = divmod(value, 100)
    return f"{cardinal(hundreds)} {pair(rest)}" if hundreds and rest else cardinal(value)


def _number_and_letter(match: re.Match[str]) -> str:
    number = amount(match["number"]) if len(match["number"]) < 3 else _designation(match["number"])  # noqa: PLR2004
    return f"{number}-{match['letter'].upper()}"


RULES = (
    rule(r"^(?=(?:[^a-z]*[A-Z]{2,}[^A-Za-z]+){2})(?=.*[A-Z]{4})[^a-z]+$", _shouted),
    rule(r"(?<=,\s)(?P<state>" + "|".join(STATES) + r")\.(?!\w)", lambda match: STATES[match["state"]]),
    rule(r"\b(?P<left>[A-Z]{1,3})\s?&\s?(?P<right>[A-Z]{1,3})(?P<ending>'?s)?\b", _ampersand),
    rule(r"\b(?P<letters>(?:[A-Z]\.){2,}|(?:[A-Z]\.)+[A-Z]\b)(?P<ending>'s)?(?![a-z])", _dotted),
    rule(r"\b(?P<letters>(?:[A-Z]\.\s){1,3}[A-Z]\.)(?P<ending>'s)?(?=\s[A-Z][a-z])", _dotted),
    rule(r"(?<=[a-z]\s[A-Z])\.(?=\s[A-Z][a-z])", ""),
    rule(r"(?<![\w'-])[A-Z]\.(?=\s[A-Z][a-z])", lambda match: match[0][0]),
    rule(r"(?<=[A-Za-z])\+\+(?!\+)", " plus plus "),
    rule(r"\bPh\.?\s?D\b\.?(?!\w)", "P.H.D"),
    rule(r"\b(?:[A-Z]{1,4}|COVID)[-–]?\d{1,5}(?:\.\d)?(?:[A-Z]{1,2}\d{0,2})?(?:-\d{1,3})?\b", _code),
    rule(r"\b(?P<number>480|720|1080|1440|2160)p\b", lambda match: f"{_designation(match['number'])} P"),
    rule(r"(?<=Boeing )(?P<number>\d{3})\b", lambda match: digits(match["number"])),
    rule(r"(?<![\w.,])(?P<number>\d{1,4})-?(?P<letter>[A-Z])\b(?!-)", _number_and_letter),
    rule(r"(?<!\w)(?P<letters>[A-Z]{2,}?)(?P<ending>'?s|')?(?![\w])", _capitals),
)
