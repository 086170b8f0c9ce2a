"""What services say of a refusal, as a sentence on a page, and the status that goes with it."""

from collections.abc import Mapping

from admin.advice import advice
from brief_audio.domain.errors import BriefAudioError, ConflictError, InvalidInputError, NotFoundError, TryAgainError

REFUSALS = (InvalidInputError, NotFoundError, ConflictError)
_UNAVAILABLE = 503
_STATUS = {InvalidInputError: 422, NotFoundError: 404, ConflictError: 409}


def sentence(text: object) -> str:
    """Return a service's message with a capital and a full stop; for an error, also what to do about it."""
    said = str(text).strip()
    if not said:
        return said
    whole = said[0].upper() + said[1:] + ("" if said[-1] in ".?!" else ".")
    return with_advice(whole, text.code) if isinstance(text, BriefAudioError) else whole


def with_advice(whole: str, code: str) -> str:
    """Return a sentence, followed by what to do about the problem with that code."""
    return f"{whole} {advice(code)}".strip()


def changed_meanwhile(typed: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return, for each field that somebody else has saved otherwise than it is typed here, what stands there now."""
    differing = (name for name in now if name != "version" and typed.get(name, now[name]) != now[name])
    return {name: f"Saved by somebody else meanwhile: {_quoted(now[name])}." for name in differing}


def _quoted(value: str) -> str:
    return {"": "nothing", "1": "ticked"}.get(value, f"“{value}”")


def status_of(error: BriefAudioError) -> int:
    """Return the HTTP status of a refusal."""
    if isinstance(error, TryAgainError):
        return _UNAVAILABLE
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)
