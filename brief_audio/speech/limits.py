"""What every engine refuses alike, before it does any work."""

import re

from brief_audio.domain.errors import InvalidInputError, UnspeakableTextError
from brief_audio.speech.base import SpeechRequest

SLOWEST = 0.25
FASTEST = 4.0
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def check_request(request: SpeechRequest) -> None:
    """Raise `UnspeakableTextError` where there is nothing to say, `InvalidInputError` for an impossible number."""
    if not _LETTER_OR_DIGIT.search(request.text):
        raise UnspeakableTextError("the text holds no letter and no digit, so there is nothing to say")
    if not SLOWEST <= request.speed <= FASTEST:
        raise InvalidInputError(f"speed {request.speed:g} is outside {SLOWEST:g} to {FASTEST:g}")
    if not 0 <= request.seed < 2**63:
        raise InvalidInputError(f"seed {request.seed} is outside 0 to 2**63-1")
