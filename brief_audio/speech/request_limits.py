"""Checks of a request that every engine makes before doing any work."""

import re

from brief_audio.domain.errors import InvalidInputError, UnspeakableTextError
from brief_audio.speech.base import SpeechRequest

SLOWEST = 0.25
FASTEST = 4.0
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def check_request(request: SpeechRequest) -> None:
    """Raise `UnspeakableTextError` if there is nothing to say, `InvalidInputError` for a number out of range."""
    if not _LETTER_OR_DIGIT.search(request.text):
        raise UnspeakableTextError("the text has no letters or digits, so there is nothing to say")
    if not SLOWEST <= request.speed <= FASTEST:
        raise InvalidInputError(f"speed {request.speed:g} is outside {SLOWEST:g} to {FASTEST:g}")
    if not 0 <= request.seed < 2**63:
        raise InvalidInputError(f"seed {request.seed} is outside 0 to 2**63-1")
