"""Numbers and letters in words."""

from functools import lru_cache

from num2words import num2words

_LONGEST_CARDINAL = 15  # digits; longer numbers are spoken digit by digit
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@lru_cache(maxsize=16384)
def cardinal(number: int) -> str:
    """Return 1234 as "one thousand two hundred and thirty-four"."""
    return str(num2words(number)).replace(",", "")


@lru_cache(maxsize=4096)
def ordinal(number: int) -> str:
    """Return 21 as "twenty-first"."""
    return str(num2words(number, to="ordinal")).replace(",", "")


def digits(text: str) -> str:
    """Return the digits in `text` as single words."""
    return " ".join(_DIGITS[int(character)] for character in text if character in "0123456789")


def amount(written: str) -> str:
    """Return a written number ("1,234.50", ".5", "007", "1.2.3") in words."""
    plain = written.replace(",", "")
    if len(plain) > _LONGEST_CARDINAL and plain.isdigit():
        return digits(plain)
    whole, *decimals = plain.split(".")
    if len(whole) > 1 and whole.startswith("0"):
        said = digits(whole)
    else:
        said = digits(whole) if len(whole) > _LONGEST_CARDINAL else cardinal(int(whole or "0"))
    return " point ".join([said, *(digits(part) for part in decimals)])


def year(number: int) -> str:
    """Return a four-digit year as it is spoken: "nineteen oh five", "two thousand and eight", "twenty ten"."""
    century, rest = divmod(number, 100)
    if century % 10 == 0 and rest < 10:  # noqa: PLR2004
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {pair(rest)}"


def pair(number: int) -> str:
    """Return the last two digits of a year or time: 5 as "oh five"."""
    return f"oh {cardinal(number)}" if number < 10 else cardinal(number)  # noqa: PLR2004


def decade(number: int) -> str:
    """Return 1990 as "nineteen nineties", 90 as "nineties", 1900 as "nineteen hundreds"."""
    said = year(number) if number >= 100 else cardinal(number)  # noqa: PLR2004
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


def letters(text: str, ending: str = "") -> str:
    """Return letters so that espeak spells them: "BBC" as "B.B.C", or with an ending ("s", "'s") as "M-P's".

    espeak reads plain capitals as a word if they form one ("WHO"), and "A" between spaces as "uh". Dots keep the stress
    on the last letter; only hyphens work with an ending. Tested with espeak-ng 1.52.
    """
    return f"{'-'.join(text)}'s" if ending else ".".join(text)
