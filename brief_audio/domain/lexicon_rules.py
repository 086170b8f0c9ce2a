"""Check the rules of a show's lexicon."""

from collections.abc import Iterable
from dataclasses import replace

from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.domain.script import Pronunciation
from brief_audio.domain.text.clean_text import clean_text

LONGEST_WRITTEN = 200
LONGEST_SPOKEN = 400
MOST_RULES = 1000  # per show


def checked_rule(rule: Pronunciation) -> Pronunciation:
    """Return a rule with its texts cleaned; raise `InvalidInputError` if it is invalid."""
    written, spoken = (" ".join(clean_text(text, "the rule").split()) for text in (rule.written, rule.spoken))
    if not 1 <= len(written) <= LONGEST_WRITTEN:
        raise InvalidInputError(f"the written form must have 1 to {LONGEST_WRITTEN} characters")
    if len(spoken) > LONGEST_SPOKEN:
        raise InvalidInputError(f"the spoken form must have at most {LONGEST_SPOKEN} characters")
    if not any(letter.isalnum() for letter in spoken):
        raise InvalidInputError("the spoken form has no letters or digits, so there is nothing to say")
    return replace(rule, written=written, spoken=spoken)


def refuse_twin(rule: Pronunciation, others: Iterable[Pronunciation]) -> None:
    """Raise `ConflictError` if another rule is for the same words: it would be unclear which applies."""
    for other in others:
        if other.written == rule.written or (_key(other) == _key(rule) and not (other.match_case or rule.match_case)):
            raise ConflictError(
                f"there is already a rule for {other.written!r}, spoken {other.spoken!r}: change that one"
            )


def _key(rule: Pronunciation) -> str:
    return rule.written.casefold().replace("’", "'")
