"""Make text safe to store, show and speak, without changing what the author can see."""

import re
import unicodedata

from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.text.characters import JOINERS
from brief_audio.domain.text.zero_width_joiners import without_loose_joiners

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_KEPT_CONTROLS = frozenset("\n\t")
# Cc controls; Cf format characters (bidi, BOM, soft hyphen; joiners have their own rule); Cs lone surrogates;
# Co private use.
_UNPRINTABLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
_FIRST_NONCHARACTER, _LAST_NONCHARACTER = 0xFDD0, 0xFDEF


def clean_text(text: str | bytes, what: str) -> str:
    r"""Return `text` in Unicode form NFC, without unprintable characters and surrounding white space.

    Line ends of every kind become one newline character; tabs and all kinds of spaces stay. Cleaning twice has no
    further effect. `what` names the text in the `InvalidInputError` raised for bytes that aren't UTF-8.
    """
    if isinstance(text, bytes):
        text = _decode(text, what)
    lines = _LINE_ENDS.sub("\n", text)
    if not lines.isascii() or not lines.isprintable():
        # Compose last: removing a zero-width character can bring a letter and its accent together.
        lines = unicodedata.normalize("NFC", without_loose_joiners(_printable(lines)))
    return lines.strip()


def _decode(raw: bytes, what: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{what} is not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start} ({error.reason})"
        raise InvalidInputError(message) from error


def _printable(text: str) -> str:
    unwanted = (
        character for character in set(text) if not _is_kept(character)
    )  # check each character once: texts are long
    return text.translate({ord(character): None for character in unwanted})


def _is_kept(character: str) -> bool:
    if character in _KEPT_CONTROLS or character in JOINERS:
        return True
    return unicodedata.category(character) not in _UNPRINTABLE_CATEGORIES and not _is_noncharacter(ord(character))


def _is_noncharacter(code: int) -> bool:
    """Return whether Unicode will never assign this code (section 23.7 of its standard); XML rejects such codes."""
    return _FIRST_NONCHARACTER <= code <= _LAST_NONCHARACTER or code & 0xFFFE == 0xFFFE  # noqa: PLR2004
