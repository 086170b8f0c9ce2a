"""Write an item's script: turn the author's two texts into a sequence of utterances for the voice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from brief_audio.domain.errors import UnspeakableTextError
from brief_audio.domain.script import Pronunciation, Script, ScriptSection, Utterance
from brief_audio.domain.text.blocks import blocks
from brief_audio.domain.text.clauses import cut
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.domain.text.english.normaliser import normalise
from brief_audio.domain.text.growth import refuse_growth
from brief_audio.domain.text.lexicon_masking import LexiconMatcher
from brief_audio.domain.text.sentences import sentence_spans
from brief_audio.domain.text.spans import Span

LONGEST_WRITTEN = 250  # characters; about 15 seconds of speech
LONGEST_SPOKEN = 300  # characters, with numbers in words
_SHORTEST_TO_HALVE = 24  # characters; shorter pieces may exceed LONGEST_SPOKEN with numbers in words
_CLOSING_MARKS = ".?!;:,…。！？"


@dataclass(frozen=True, slots=True)
class _Piece:
    span: Span
    spoken: tuple[str, ...]  # breath by breath; empty where the piece holds nothing that can be said


@dataclass(frozen=True, slots=True)
class _Reader:
    """How texts are read: in which language, and with which rules."""

    language: str
    lexicon: LexiconMatcher

    def speak(self, written: str) -> str:
        """Return what is said for those words of a text."""
        masked = self.lexicon.mask(" ".join(written.split()))
        is_english = self.language.lower().split("-")[0] == "en"
        return masked.restore(normalise(masked.text) if is_english else masked.text).strip()


def write_script(
    headline: str, body: str, *, language: str, rules: Sequence[Pronunciation] | LexiconMatcher = ()
) -> Script:
    """Return the script of an item in `language` (BCP 47); `rules` are its show's lexicon.

    Both texts are cleaned first (`clean_text`); every character of theirs that is not white space lies in one
    utterance, or in several that say the same words (`by_place`). What is spoken has at most `LONGEST_SPOKEN`
    characters. English is normalised: no digit is left in what is spoken, save what a lexicon rule says. Raise
    `UnspeakableTextError` if nothing in the item, or nothing in a body that is not empty, can be said, and
    `OvergrownTextError` if the rules make it too much longer.
    """
    reader = _Reader(language, LexiconMatcher.of(rules))
    cleaned_headline, cleaned_body = clean_text(headline, "headline"), clean_text(body, "body")
    refuse_growth((cleaned_headline, cleaned_body), reader.lexicon)
    said_headline = tuple(_utterances(ScriptSection.HEADLINE, cleaned_headline, reader))
    said_body = tuple(_utterances(ScriptSection.BODY, cleaned_body, reader))
    if cleaned_body and not said_body:
        raise UnspeakableTextError(f"the body contains nothing that can be spoken: {_shortened(cleaned_body)}")
    if not said_headline and not said_body:
        raise UnspeakableTextError(f"the item contains nothing that can be spoken: {_shortened(headline)}")
    return Script(said_headline + said_body)


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")  # noqa: PLR2004


def _utterances(part: ScriptSection, text: str, reader: _Reader) -> Iterator[Utterance]:
    sentences = (sentence for block in blocks(text) for sentence in sentence_spans(text, block, reader.language))
    pieces = (piece for sentence in sentences for piece in _pieces(text, sentence, reader))
    for piece in _joined(pieces):
        start, end = piece.span
        for spoken in piece.spoken:
            yield Utterance(part=part, start=start, end=end, written=text[start:end], spoken=spoken)


def _pieces(text: str, sentence: Span, reader: _Reader) -> Iterator[_Piece]:
    spans = list(cut(text, sentence, LONGEST_WRITTEN))
    while spans:
        span = spans.pop(0)
        spoken = reader.speak(text[span.start : span.end])
        halves = _halves(text, span, reader.lexicon) if len(spoken) > LONGEST_SPOKEN else ()
        if halves:
            spans[:0] = halves
        else:
            yield _Piece(span, tuple(_breaths(spoken, is_last=not spans)))


def _halves(text: str, span: Span, lexicon: LexiconMatcher) -> Sequence[Span]:
    """Return the halves of what is too long once it is said; none where it is too short, or a rule would be parted."""
    length = span.end - span.start
    if length <= _SHORTEST_TO_HALVE:
        return ()
    halves = tuple(cut(text, span, length // 2 + 1))
    borders = [half.end - span.start for half in halves[:-1]]
    ruled = [found for found, _ in lexicon.applied(text[span.start : span.end])]
    is_parted = any(found.start < border < found.end for border in borders for found in ruled)
    return () if is_parted else halves


def _breaths(spoken: str, *, is_last: bool) -> Iterator[str]:
    """Yield `spoken` as a voice is given it, cut where it is still too long, each with its mark at the end."""
    if not any(character.isalnum() for character in spoken):
        return
    if len(spoken) <= LONGEST_SPOKEN:
        yield _closed(spoken, is_last=is_last)
        return
    cuts = (spoken[start:end] for start, end in cut(spoken, Span(0, len(spoken)), LONGEST_SPOKEN - 1))
    speaking = [one for one in cuts if any(character.isalnum() for character in one)]
    for one in speaking[:-1]:
        yield _closed(one, is_last=False)
    yield _closed(speaking[-1], is_last=is_last)


def _closed(spoken: str, *, is_last: bool) -> str:
    """Return `spoken` with the mark that tells a voice whether its sentence ends here or goes on."""
    if spoken[-1] in _CLOSING_MARKS:
        return spoken
    return spoken + ("." if is_last else ",")


def _joined(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Yield `pieces`, merging silent ones into the piece before them, or into the first one with speech."""
    speaking: _Piece | None = None
    start: int | None = None
    for piece in pieces:
        start = piece.span.start if start is None else start
        if speaking is None:
            if piece.spoken:
                speaking = _Piece(Span(start, piece.span.end), piece.spoken)
        elif piece.spoken:
            yield speaking
            speaking = piece
        else:
            speaking = _Piece(Span(speaking.span.start, piece.span.end), speaking.spoken)
    if speaking is not None:
        yield speaking
