"""A show's pronunciation rules: whole words of the author's text, said as the editor wants them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from brief_audio.domain.script import LexiconRule
from brief_audio.domain.text.cleaning import clean_text
from brief_audio.domain.text.letters import FIRST_STAND_IN, LAST_STAND_IN, STAND_INS, WORD_CHARACTERS

_STAND_IN = re.compile(f"[{STAND_INS}]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text in which one stand-in character takes the place of each replaced word, and what each stands for."""

    text: str
    replacements: tuple[str, ...]

    def restore(self, text: str) -> str:
        """Return `text` with the words that the stand-ins in it stand for."""
        return _STAND_IN.sub(lambda found: self.replacements[ord(found[0]) - FIRST_STAND_IN], text)


def mask(text: str, rules: Sequence[LexiconRule]) -> Masked:
    """Apply `rules` to the whole words of the cleaned `text`.

    The longest rule wins, then the one that minds case; none is applied within what another one said, and nothing
    later changes what they said. Apostrophes match in both their forms, white space in every amount.
    """
    found = _compiled(tuple(rules))
    if found is None:
        return Masked(text, ())
    pattern, spoken = found
    numbers: dict[str, int] = {}

    def stand_in(match: re.Match[str]) -> str:
        said = spoken[(match.lastindex or 1) - 1]
        number = numbers.setdefault(said, len(numbers))
        return chr(FIRST_STAND_IN + number) if FIRST_STAND_IN + number <= LAST_STAND_IN else match[0]

    masked = pattern.sub(stand_in, text)
    return Masked(masked, tuple(numbers))


@lru_cache(maxsize=64)
def _compiled(rules: tuple[LexiconRule, ...]) -> tuple[re.Pattern[str], tuple[str, ...]] | None:
    """Return one pattern with a group for each rule, and what each group says."""
    cleaned = [(clean_text(rule.written, "a lexicon rule"), rule) for rule in rules]
    useful = sorted(
        ((written, rule) for written, rule in cleaned if written),
        key=lambda pair: (-len(pair[0]), not pair[1].match_case),
    )
    if not useful:
        return None
    pattern = "|".join(_group(written, match_case=rule.match_case) for written, rule in useful)
    return re.compile(pattern), tuple(clean_text(rule.spoken, "a lexicon rule") for _, rule in useful)


def _group(written: str, *, match_case: bool) -> str:
    words = [re.sub("['’]", "['’]", re.escape(word)) for word in written.split()]
    before = f"(?<![{WORD_CHARACTERS}])" if _is_of_a_word(written[0]) else ""
    after = f"(?![{WORD_CHARACTERS}])" if _is_of_a_word(written[-1]) else ""
    body = r"\s+".join(words)
    return f"{before}({body if match_case else f'(?i:{body})'}){after}"


def _is_of_a_word(character: str) -> bool:
    return re.match(f"[{WORD_CHARACTERS}]", character) is not None
