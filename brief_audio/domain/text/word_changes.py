"""Report which words of a sentence are spoken differently from how they are written, and by which rules."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from brief_audio.domain.script import Pronunciation
from brief_audio.domain.text.characters import FIRST_STAND_IN
from brief_audio.domain.text.english.normaliser import rules_for
from brief_audio.domain.text.english.rule import Rule, rule
from brief_audio.domain.text.english.rule_names import RULE_NAMES
from brief_audio.domain.text.lexicon_masking import LexiconMatcher
from brief_audio.domain.text.spans import Span

LEXICON = "lexicon"
_MINOR = frozenset({"typography", "punctuation"})  # named only if no other rule changed the same words
_BLANKS = rule(r"\s+", " ")
_WORD = re.compile(r"\S+")
_OPENING, _CLOSING = "(“‘\"'«[", ",;:!?)”’\"'»]"


@dataclass(frozen=True, slots=True)
class WordChange:
    """The author's words `text[start:end]`, their spoken form, and the names of the rules that changed them."""

    start: int
    end: int
    written: str
    spoken: str
    rules: tuple[str, ...]


@dataclass(slots=True)
class _Traced:
    """A sentence being normalised; each character keeps the span of the author's text it came from."""

    text: str
    origins: list[Span]
    named: list[tuple[Span, str]] = field(default_factory=list)

    def apply(self, one: Rule) -> None:
        """Apply a rule to every match, as `Rule.apply` does; rules that change nothing return early."""
        if one.apply(self.text) == self.text:
            return
        self.replace(
            ((Span(*match.span()), _said(one, match)) for match in one.pattern.finditer(self.text)),
            RULE_NAMES.get(one),
        )

    def replace(self, found: Iterator[tuple[Span, str]], name: str | None) -> None:
        """Replace these spans, in order; the new text is traced to everything it replaces."""
        text: list[str] = []
        origins: list[Span] = []
        done = 0
        for (start, end), said in found:
            if said == self.text[start:end]:
                continue
            source = _around(self.origins[start:end])
            text += (self.text[done:start], said)
            origins += self.origins[done:start]
            origins += [source] * len(said)
            done = end
            if name:
                self.named.append((source, name))
        if text:
            self.text = "".join((*text, self.text[done:]))
            self.origins = origins + self.origins[done:]


def word_changes(
    written: str, *, language: str, rules: Sequence[Pronunciation] | LexiconMatcher = ()
) -> tuple[WordChange, ...]:
    """Return what is said otherwise than written in one utterance of a script (`Utterance.written`), in order."""
    traced = _traced(written, language, LexiconMatcher.of(rules))
    words = [Span(*match.span()) for match in _WORD.finditer(written)]
    return tuple(change for group in _groups(words, traced) if (change := _change(written, group, traced)))


def _traced(written: str, language: str, lexicon: LexiconMatcher) -> _Traced:
    traced = _Traced(written, [Span(at, at + 1) for at in range(len(written))])
    traced.apply(_BLANKS)
    found = list(lexicon.applied(traced.text))
    stand_ins = [chr(FIRST_STAND_IN + number) for number in range(len(found))]
    traced.replace(((span, stand_in) for (span, _), stand_in in zip(found, stand_ins, strict=True)), LEXICON)
    if language.lower().split("-")[0] == "en":
        for one in rules_for(traced.text):
            traced.apply(one)
    said = dict(zip(stand_ins, (spoken for _, spoken in found), strict=True))
    places = ((Span(at, at + 1), said[sign]) for at, sign in enumerate(traced.text) if sign in said)
    traced.replace(places, None)
    return traced


def _said(one: Rule, match: re.Match[str]) -> str:
    return match.expand(one.say) if isinstance(one.say, str) else one.say(match)


def _around(origins: Sequence[Span]) -> Span:
    return Span(min((span.start for span in origins), default=0), max((span.end for span in origins), default=0))


def _groups(words: Sequence[Span], traced: _Traced) -> Iterator[Span]:
    """Yield spans of whole words; words that were changed together stay together."""
    starts, ends = [word.start for word in words], [word.end for word in words]
    reach = list(range(len(words)))  # the last word that each is linked to
    for span in {*traced.origins, *(source for source, _ in traced.named)}:
        first, last = bisect_right(ends, span.start), bisect_left(starts, span.end) - 1
        if first < last:
            reach[first] = max(reach[first], last)
    at = 0
    while at < len(words):
        first, last = at, reach[at]
        while at <= last:
            last = max(last, reach[at])
            at += 1
        yield Span(starts[first], ends[last])


def _change(written: str, group: Span, traced: _Traced) -> WordChange | None:
    names = tuple(dict.fromkeys(name for span, name in traced.named if _overlap(span, group)))
    if not names:
        return None
    said = "".join(sign for sign, span in zip(traced.text, traced.origins, strict=True) if _overlap(span, group))
    major = tuple(name for name in names if name not in _MINOR)
    if not major and _letters(written[group.start : group.end]) == _letters(said):
        return None
    start, end, spoken = _without_marks(written, group, " ".join(said.split()))
    return WordChange(start, end, written[start:end], spoken, major or names)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _without_marks(written: str, group: Span, spoken: str) -> tuple[int, int, str]:
    """Leave out the marks around the words, which have not changed."""
    start, end = group
    while end - start > 1 and written[start] in _OPENING:
        start += 1
    while end - start > 1 and (written[end - 1] in _CLOSING or (written[end - 1] == "." and spoken.endswith("."))):
        end -= 1
        spoken = spoken.rstrip(".,;:!?") if spoken[-1:] in ".,;:!?" else spoken
    return start, end, spoken.lstrip(" ,.;:!?")
