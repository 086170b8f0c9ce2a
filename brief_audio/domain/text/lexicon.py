"""A show's pronunciation rules: whole words of the author's text, spoken as the editor wants."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from brief_audio.domain.script import LexiconRule
from brief_audio.domain.text.cleaning import clean_text
from brief_audio.domain.text.letters import FIRST_STAND_IN, LAST_STAND_IN, STAND_INS, WORD_CHARACTERS
from brief_audio.domain.text.spans import Span

_STAND_IN = re.compile(f"[{STAND_INS}]")
_TOKEN = re.compile(rf"[{WORD_CHARACTERS}]+|\S")  # a whole word or one sign
_WORD_CHARACTER = re.compile(f"[{WORD_CHARACTERS}]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with one stand-in character for each replaced word, and the words they stand for."""

    text: str
    replacements: tuple[str, ...]

    def restore(self, text: str) -> str:
        """Return `text` with its stand-ins replaced by the words they stand for."""
        return _STAND_IN.sub(lambda found: self.replacements[ord(found[0]) - FIRST_STAND_IN], text)


@dataclass(frozen=True, slots=True)
class _Entry:
    pattern: re.Pattern[str]
    ends_in_word: bool
    spoken: str

    def end_in(self, text: str, start: int) -> int | None:
        """Return where the rule's words end in `text`, if they occur as whole words at `start`."""
        found = self.pattern.match(text, start)
        if found is None or (self.ends_in_word and _WORD_CHARACTER.match(text, found.end())):
            return None
        return found.end()


class Lexicon:
    """Rules prepared for use on many texts; the prepared form is cached, but looking it up visits every rule."""

    def __init__(self, rules: Sequence[LexiconRule]) -> None:
        self._entries = _entries(tuple(rules)) if rules else {}

    def mask(self, text: str) -> Masked:
        """Replace what `applied` finds by stand-ins, one for each distinct spoken form."""
        stand_ins: dict[str, str] = {}
        masked: list[str] = []
        done = 0
        for span, spoken in self.applied(text):
            if spoken in stand_ins or FIRST_STAND_IN + len(stand_ins) <= LAST_STAND_IN:
                stand_in = stand_ins.setdefault(spoken, chr(FIRST_STAND_IN + len(stand_ins)))
                masked += (text[done : span.start], stand_in)
                done = span.end
        return Masked("".join((*masked, text[done:])), tuple(stand_ins))

    def applied(self, text: str) -> Iterator[tuple[Span, str]]:
        """Yield each place where a rule applies to whole words of the cleaned `text`, in order, with its spoken form.

        The longest rule wins, then the one that matches case. No rule applies inside another one's result, and nothing
        later changes a result. Both forms of apostrophe match each other, as does any amount of white space.
        """
        done = 0
        for token in _TOKEN.finditer(text) if self._entries else ():
            entries = self._entries.get(_key(token[0]), ())
            found = _first(entries, text, token.start()) if token.start() >= done else None
            if found:
                spoken, done = found
                yield Span(token.start(), done), spoken


def _first(entries: Sequence[_Entry], text: str, start: int) -> tuple[str, int] | None:
    for entry in entries:
        end = entry.end_in(text, start)
        if end is not None:
            return entry.spoken, end
    return None


@lru_cache(maxsize=64)
def _entries(rules: tuple[LexiconRule, ...]) -> Mapping[str, Sequence[_Entry]]:
    """Return the rules grouped by their first word or sign, in the order to try them."""
    cleaned = [(clean_text(rule.written, "a lexicon rule"), rule) for rule in rules]
    entries = defaultdict[str, list[_Entry]](list)
    for written, rule in sorted(cleaned, key=lambda pair: (-len(pair[0]), not pair[1].match_case)):
        if first := _TOKEN.match(written):
            entries[_key(first[0])].append(_entry(written, rule))
    return entries


def _key(token: str) -> str:
    return token.casefold().replace("’", "'")


def _entry(written: str, rule: LexiconRule) -> _Entry:
    words = (re.sub("['’]", "['’]", re.escape(word)) for word in written.split())
    pattern = re.compile(r"\s+".join(words), 0 if rule.match_case else re.IGNORECASE)
    return _Entry(pattern, bool(_WORD_CHARACTER.match(written[-1])), clean_text(rule.spoken, "a lexicon rule"))
