"""Services' errors as sentences on a page."""

from collections.abc import Mapping

from brief_audio.domain.errors import BriefAudioError, ConflictError, InvalidInputError, NotFoundError
from brief_audio.http.advice import advice

REFUSALS = (InvalidInputError, NotFoundError, ConflictError)


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
    """Return, for each field whose saved value differs from the typed one, a message with the saved value."""
    differing = (name for name in now if name != "version" and typed.get(name, now[name]) != now[name])
    return {name: f"Another user has changed this to {_quoted(now[name])}." for name in differing}


def _quoted(value: str) -> str:
    return {"": "empty", "1": "ticked"}.get(value, f"“{value}”")
