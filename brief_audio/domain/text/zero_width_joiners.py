"""Zero-width joiners: keep those with a visible effect, remove the rest."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import zip_longest

from brief_audio.domain.text.characters import JOINERS

_JOINER = JOINERS[1]
_ANY = re.compile(f"[{JOINERS}]")
# Scripts whose letters change shape next to a joiner: Arabic, Syriac and related scripts, Indic, Myanmar, Khmer,
# Mongolian, Arabic presentation forms (Unicode 16, section 23.2).
_JOINING_LETTER = re.compile(r"[\u0600-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc]")
_EMOJI_PART = re.compile(r"[\u2194\ufe0f\U0001f3fb-\U0001f3ff]")  # an arrow, emoji style, skin tones


def without_loose_joiners(text: str) -> str:
    """Return `text` without the joiners that are neither after a joining letter nor between two emoji."""
    return "".join(_kept(text)) if _ANY.search(text) else text


def _kept(text: str) -> Iterator[str]:
    base = ""  # the last character that isn't an accent: normalising can reorder accents
    for character, following in zip_longest(text, text[1:], fillvalue=""):
        if character in JOINERS:
            is_between_emoji = character == _JOINER and _is_emoji(base) and _is_emoji(following)
            if not (is_between_emoji or _JOINING_LETTER.match(base)):
                continue
        if not unicodedata.combining(character):
            base = character
        yield character


def _is_emoji(character: str) -> bool:
    return bool(character) and (unicodedata.category(character) == "So" or bool(_EMOJI_PART.match(character)))
