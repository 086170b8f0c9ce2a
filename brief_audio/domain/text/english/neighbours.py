"""The words before and after a number, which decide how its unit is spoken."""

import re

_NEAR = 48  # characters of context that a rule checks
_ARTICLE_BEFORE = re.compile(
    r"\b(?:an?|another|each|every|this|that|its|his|her|their|our)\s(?:[a-z]+(?:-[a-z]+)?\s)?$", re.IGNORECASE
)
_NOUN_AFTER = re.compile(
    r"(?:-|\s)(?!(?:a|an|the|and|or|but|nor|as|at|by|for|from|in|into|of|off|on|onto|out|over|per|than|then|this|that"
    r"|these|those|through|to|under|until|up|upon|via|with|within|without|about|above|across|after|against|ahead|along"
    r"|among|apart|around|away|back|before|behind|below|beneath|beside|between|beyond|down|during|each|every|is|are"
    r"|was|were|be|been|has|have|had|will|would|can|could|may|might|must|should|more|less|fewer|most|last|next|if"
    r"|when|where|while|which|who|because|since|so|it|he|she|they|we|you|i|not|now|today|tomorrow|yesterday|later"
    r"|earlier|ago|only|also|still|yet|apiece|long|wide|high|deep|tall|north|south|east|west|away|inland|worth)\b)[a-z]"
)


def is_attributive(match: re.Match[str]) -> bool:
    """Return whether the match describes the noun after it, as in "a $5m fine" or "a 5 km run"."""
    after = match.string[match.end() : match.end() + _NEAR]
    if not _NOUN_AFTER.match(after):
        return False
    return after.startswith("-") or _ARTICLE_BEFORE.search(before(match)) is not None


def before(match: re.Match[str]) -> str:
    """Return the few words before the match."""
    return match.string[max(0, match.start() - _NEAR) : match.start()]


def after(match: re.Match[str]) -> str:
    """Return the few words after the match."""
    return match.string[match.end() : match.end() + _NEAR]
