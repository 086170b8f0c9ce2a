"""Services' errors as sentences on a page, with their HTTP status."""

from collections.abc import Mapping

from brief_audio.domain.errors import BriefAudioError, ConflictError, InvalidInputError, NotFoundError, TryAgainError

REFUSALS = (InvalidInputError, NotFoundError, ConflictError)
_UNAVAILABLE = 503
_STATUS = {InvalidInputError: 422, NotFoundError: 404, ConflictError: 409}


def sentence(text: object) -> str:
    """Return what a service said, with a capital and a full stop."""
    said = str(text).strip()
    if not said:
        return said
    return said[0].upper() + said[1:] + ("" if said[-1] in ".?!" else ".")


def changed_meanwhile(typed: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return, for each field whose saved value differs from the typed one, a message with the saved value."""
    differing = (name for name in now if name != "version" and typed.get(name, now[name]) != now[name])
    return {name: f"Another user has changed this to {_quoted(now[name])}." for name in differing}


def _quoted(value: str) -> str:
    return {"": "empty", "1": "ticked"}.get(value, f"“{value}”")


def status_of(error: BriefAudioError) -> int:
    """Return the HTTP status for a service's error."""
    if isinstance(error, TryAgainError):
        return _UNAVAILABLE
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)
