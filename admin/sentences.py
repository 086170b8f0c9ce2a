"""What services say of a refusal, as a sentence on a page."""

from collections.abc import Mapping

from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError

REFUSALS = (InvalidInputError, NotFoundError, ConflictError)


def sentence(text: object) -> str:
    """Return what a service said, with a capital and a full stop."""
    said = str(text).strip()
    if not said:
        return said
    return said[0].upper() + said[1:] + ("" if said[-1] in ".?!" else ".")


def changed_meanwhile(typed: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return, for each field that somebody else has saved otherwise than it is typed here, what stands there now."""
    differing = (name for name in now if name != "version" and typed.get(name, now[name]) != now[name])
    return {name: f"Saved by somebody else meanwhile: {_quoted(now[name])}." for name in differing}


def _quoted(value: str) -> str:
    return {"": "nothing", "1": "ticked"}.get(value, f"“{value}”")
