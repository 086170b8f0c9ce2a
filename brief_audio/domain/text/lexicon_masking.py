"""A show's pronunciation rules: whole words of the author's text, said as the editor wants them.

Rules are looked up by their words, never tried one after another: a thousand that begin alike cost what one does.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from brief_audio.domain.script import Pronunciation
from brief_audio.domain.text.characters import FIRST_STAND_IN, LAST_STAND_IN, STAND_INS, WORD_CHARACTERS
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.domain.text.spans import Span

_STAND_IN = re.compile(f"[{STAND_INS}]")
_TOKEN = re.compile(rf"[{WORD_CHARACTERS}]+|\S")  # a whole word or one sign


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with one stand-in character for each replaced word, and the words they stand for."""

    text: str
    replacements: tuple[str, ...]

    def restore(self, text: str) -> str:
        """Return `text` with its stand-ins replaced by the words they stand for."""
        return _STAND_IN.sub(lambda found: self.replacements[ord(found[0]) - FIRST_STAND_IN], text)


@dataclass(frozen=True, slots=True)
class _Words:
    """Words and signs of a text, joined with white space made alike, and where each of them begins and ends there."""

    text: str
    spans: Sequence[Span]

    def __len__(self) -> int:
        return len(self.spans)

    def some(self, first: int, count: int) -> str:
        """Return `count` words from `first` on."""
        return self.text[self.spans[first].start : self.spans[first + count - 1].end]


@dataclass(frozen=True, slots=True)
class _Found:
    count: int  # of words
    spoken: str


class _Rules:
    """Rules by their words, of which the longest that a text goes on with is found in a few steps.

    That is a binary search by the number of words. Beside the rules stand those beginnings of them at which a search
    for them passes, each with the longest rule that it begins with (Waldvogel and others, "Scalable High Speed IP
    Routing Lookups", 1997). One rule after another took seconds where many begin alike.
    """

    def __init__(self, rules: Sequence[tuple[_Words, str]]) -> None:
        counts = defaultdict[str, set[int]](set)
        known: dict[str, _Found] = {}
        for words, spoken in rules:
            known.setdefault(words.text, _Found(len(words), spoken))
            counts[words.some(0, 1)].add(len(words))
        self._counts = {first: sorted(some) for first, some in counts.items()}
        self._found: dict[str, _Found | None] = dict(known)
        for words, _ in rules:
            self._add_beginnings(words, known)

    def longest(self, words: _Words, at: int) -> _Found | None:
        """Return what is said for the words from `at` on, and for how many of them."""
        best: _Found | None = None
        counts = self._counts.get(words.some(at, 1), ())
        low, high = 0, len(counts)
        while low < high:
            middle = (low + high) // 2
            beginning = words.some(at, counts[middle]) if at + counts[middle] <= len(words) else None
            if beginning in self._found:
                best, low = self._found[beginning], middle + 1
            else:
                high = middle
        return best

    def _add_beginnings(self, words: _Words, known: Mapping[str, _Found]) -> None:
        counts = self._counts[words.some(0, 1)]
        own = counts.index(len(words))
        low, high = 0, len(counts)
        while (middle := (low + high) // 2) != own:
            if middle > own:
                high = middle
                continue
            low = middle + 1
            beginning = words.some(0, counts[middle])
            if beginning not in self._found:
                shorter = (words.some(0, count) for count in reversed(counts[:low]))
                self._found[beginning] = next((known[one] for one in shorter if one in known), None)


class LexiconMatcher:
    """Rules prepared for use on many texts; the prepared form is cached, but looking it up visits every rule."""

    def __init__(self, rules: Sequence[Pronunciation]) -> None:
        self._rules = _rules(tuple(rules)) if rules else None

    @classmethod
    def of(cls, rules: "Sequence[Pronunciation] | LexiconMatcher") -> "LexiconMatcher":
        """Return `rules` made ready, unless they are."""
        return rules if isinstance(rules, LexiconMatcher) else cls(rules)

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
        if self._rules is None:
            return
        minding_case, others = self._rules
        spans, exact, any_case = _words(text)
        at = 0
        while at < len(spans):
            found, other = minding_case.longest(exact, at), others.longest(any_case, at)
            if found is None or (other is not None and other.count > found.count):
                found = other
            if found is not None:
                yield Span(spans[at].start, spans[at + found.count - 1].end), found.spoken
            at += found.count if found else 1


@lru_cache(maxsize=64)
def _rules(rules: tuple[Pronunciation, ...]) -> tuple[_Rules, _Rules]:
    """Return the rules that mind case, and the others."""
    minding_case: list[tuple[_Words, str]] = []
    others: list[tuple[_Words, str]] = []
    for rule in rules:
        spans, exact, any_case = _words(clean_text(rule.written, "a lexicon rule"))
        spoken = clean_text(rule.spoken, "a lexicon rule")
        if spans and rule.match_case:
            minding_case.append((exact, spoken))
        elif spans:
            others.append((any_case, spoken))
    return _Rules(minding_case), _Rules(others)


def _words(text: str) -> tuple[Sequence[Span], _Words, _Words]:
    """Return where the words and signs of a text stand, and the same as written and without capitals."""
    spans = [Span(*token.span()) for token in _TOKEN.finditer(text)]
    apart = [False, *(one.end < other.start for one, other in pairwise(spans))][: len(spans)]
    exact = [text[start:end].replace("’", "'") for start, end in spans]
    return spans, _joined(exact, apart), _joined([word.casefold() for word in exact], apart)


def _joined(words: Sequence[str], apart: Sequence[bool]) -> _Words:
    spans: list[Span] = []
    end = 0
    for word, is_apart in zip(words, apart, strict=True):
        start = end + is_apart
        end = start + len(word)
        spans.append(Span(start, end))
    return _Words("".join(" " * is_apart + word for word, is_apart in zip(words, apart, strict=True)), spans)
