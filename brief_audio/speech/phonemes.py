"""The only link between text and phonemes: other code uses just `phonemise` and `phonemiser_version`."""

import re

from brief_audio.speech.espeak import espeak

# Increase this whenever the rules below change what is spoken: it is part of every narration key.
RULES_VERSION = 1

# Characters without a sound would be dropped, joining words together, so rewrite them first.
_REWRITE = (
    (re.compile(r"[\u2018\u2019\u02bc\u00b4`]"), "'"),  # curly quotes and accents used as apostrophes
    (re.compile(r"(?<!\w)'+|'+(?!\w)"), ""),  # quotation marks; apostrophes inside a word stay
    (re.compile(r"\s*[\u2013\u2014\u2015]\s*|\s+-+\s+"), ", "),  # dashes
    (re.compile(r"[\u2010\u2011]"), "-"),  # hyphens
    (re.compile(r"\u2026"), "."),  # ellipsis
    (re.compile(r"[\"«»“”„‟()\[\]{}]"), ""),
    (re.compile(r"(\S{60})(?=\S)"), r"\1 "),  # espeak-ng drops everything beyond 160 bytes of a word
    (re.compile(r"\s+"), " "),
)

_TITLES = ("Mr", "Ms", "Mrs", "Dr", "St", "Prof", "Sen", "Rep", "Gov", "Gen")
_NOT_A_PAUSE = "".join(rf"(?<!\b{title})" for title in _TITLES) + r"(?<!\b[A-Z])(?<!\b[ap]\.m)"
# A mark splits only at the end of a word, so that "3.5", "6:45" and "a.m." stay whole.
_MARKS = re.compile(rf"([,.;:!?]+$|(?:{_NOT_A_PAUSE}\.|[,;:!?])[,.;:!?]*\s+)")

_LONGEST_PIECE = 400  # beyond about 800 characters without a mark, espeak-ng cuts anywhere
_PIECE = re.compile(rf"(?=\S).{{1,{_LONGEST_PIECE}}}(?=\s|$)", re.DOTALL)
_OTHER_LANGUAGE = re.compile(r"\([^)]*\)")  # espeak-ng marks words it reads in another language: "(fr)…(en-us)"


def phonemise(text: str, language: str) -> str:
    """Return the IPA of one utterance, keeping its marks `,.;:!?` in place and ending in one of them.

    Raise `VoiceUnavailableError` if the library can't be used.
    """
    parts = _MARKS.split(_rewritten(text))  # text and marks alternate
    said = "".join(part if place % 2 else _words(part, language) for place, part in enumerate(parts))
    return said if said.endswith(tuple(",.;:!?")) else f"{said}."  # the voice falls only before a mark


def phonemiser_version() -> str:
    """Return name and version of the phonemiser, including our own rules."""
    return f"espeak-ng {espeak().version()}, rules {RULES_VERSION}"


def _rewritten(text: str) -> str:
    for pattern, replacement in _REWRITE:
        text = pattern.sub(replacement, text)
    return text.strip()


def _words(text: str, language: str) -> str:
    pieces = (espeak().phonemes(piece, language) for piece in _PIECE.findall(text))
    return _OTHER_LANGUAGE.sub("", " ".join(piece for piece in pieces if piece))
