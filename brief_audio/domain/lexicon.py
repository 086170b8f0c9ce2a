"""A rule of a show's lexicon as somebody writes it, and what of it cannot stand."""

from collections.abc import Iterable
from dataclasses import replace

from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.domain.script import LexiconRule
from brief_audio.domain.text.cleaning import clean_text

LONGEST_WRITTEN = 200
LONGEST_SPOKEN = 400
MOST_RULES = 1000  # of one show


def checked(rule: LexiconRule) -> LexiconRule:
    """Return a rule with its texts cleaned; raise `InvalidInputError` for what cannot stand."""
    written, spoken = (" ".join(clean_text(text, "the rule").split()) for text in (rule.written, rule.spoken))
    if not 1 <= len(written) <= LONGEST_WRITTEN:
        raise InvalidInputError(f"what is written must have 1 to {LONGEST_WRITTEN} characters")
    if len(spoken) > LONGEST_SPOKEN:
        raise InvalidInputError(f"what is spoken may have {LONGEST_SPOKEN} characters")
    if not any(letter.isalnum() for letter in spoken):
        raise InvalidInputError("what is spoken holds no letter and no digit, so there is nothing to say")
    return replace(rule, written=written, spoken=spoken)


def refuse_twin(rule: LexiconRule, others: Iterable[LexiconRule]) -> None:
    """Raise `ConflictError` where another rule is for the same words: nobody could tell which of them holds."""
    for other in others:
        if other.written == rule.written or (_key(other) == _key(rule) and not (other.match_case or rule.match_case)):
            raise ConflictError(
                f"there is a rule for {other.written!r} already, spoken {other.spoken!r}: change that one"
            )


def _key(rule: LexiconRule) -> str:
    return rule.written.casefold().replace("’", "'")
