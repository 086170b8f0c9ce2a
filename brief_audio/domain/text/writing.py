"""Write an item's script: turn the author's two texts into a sequence of utterances for the voice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from brief_audio.domain.errors import UnspeakableTextError
from brief_audio.domain.script import LexiconRule, Part, Script, Utterance
from brief_audio.domain.text.blocks import blocks
from brief_audio.domain.text.clauses import cut
from brief_audio.domain.text.cleaning import clean_text
from brief_audio.domain.text.english.table import normalise
from brief_audio.domain.text.lexicon import Lexicon
from brief_audio.domain.text.sentences import sentence_spans
from brief_audio.domain.text.spans import Span

LONGEST_WRITTEN = 250  # characters; about 15 seconds of speech
LONGEST_SPOKEN = 300  # characters, with numbers in words
_SHORTEST_TO_HALVE = 24  # characters; shorter pieces may exceed LONGEST_SPOKEN with numbers in words
_CLOSING_MARKS = ".?!;:,…。！？"


@dataclass(frozen=True, slots=True)
class _Piece:
    span: Span
    spoken: str  # empty if the piece contains nothing that can be spoken


def write_script(headline: str, body: str, *, language: str, rules: Sequence[LexiconRule] = ()) -> Script:
    """Return the script of an item in `language` (BCP 47); `rules` are its show's lexicon.

    Both texts are cleaned first (`clean_text`); each character that isn't white space belongs to exactly one utterance.
    English is normalised: the spoken text has no digits, except those from lexicon rules. Raise `UnspeakableTextError`
    if nothing in the item, or nothing in a non-empty body, can be spoken.
    """
    lexicon = Lexicon(rules)

    def speak(written: str) -> str:
        return _speak(written, language, lexicon)

    said_headline = tuple(_utterances(Part.HEADLINE, clean_text(headline, "headline"), language, speak))
    cleaned_body = clean_text(body, "body")
    said_body = tuple(_utterances(Part.BODY, cleaned_body, language, speak))
    if cleaned_body and not said_body:
        raise UnspeakableTextError(f"the body contains nothing that can be spoken: {_shortened(cleaned_body)}")
    if not said_headline and not said_body:
        raise UnspeakableTextError(f"the item contains nothing that can be spoken: {_shortened(headline)}")
    return Script(said_headline + said_body)


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")  # noqa: PLR2004


def _utterances(part: Part, text: str, language: str, speak: Callable[[str], str]) -> Iterator[Utterance]:
    sentences = (sentence for block in blocks(text) for sentence in sentence_spans(text, block, language))
    pieces = (piece for sentence in sentences for piece in _pieces(text, sentence, speak))
    for piece in _joined(pieces):
        start, end = piece.span
        yield Utterance(part=part, start=start, end=end, written=text[start:end], spoken=piece.spoken)


def _pieces(text: str, sentence: Span, speak: Callable[[str], str]) -> Iterator[_Piece]:
    spans = list(cut(text, sentence, LONGEST_WRITTEN))
    while spans:
        span = spans.pop(0)
        spoken = speak(text[span.start : span.end])
        length = span.end - span.start
        if len(spoken) > LONGEST_SPOKEN and length > _SHORTEST_TO_HALVE:
            spans[:0] = cut(text, span, length // 2 + 1)
        else:
            yield _Piece(span, _closed(spoken, is_last=not spans))


def _closed(spoken: str, *, is_last: bool) -> str:
    """Return `spoken` with the mark that tells the voice whether the sentence ends here or continues."""
    if not any(character.isalnum() for character in spoken):
        return ""
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


def _speak(written: str, language: str, lexicon: Lexicon) -> str:
    masked = lexicon.mask(" ".join(written.split()))
    is_english = language.lower().split("-")[0] == "en"
    return masked.restore(normalise(masked.text) if is_english else masked.text).strip()
