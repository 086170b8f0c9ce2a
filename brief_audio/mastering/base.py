"""The input and output of mastering."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from brief_audio.domain.script import Utterance


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence added at mastering, in milliseconds, exact to the sample; set per show."""

    opening_ms: int = 400
    after_sentence_ms: int = 350
    after_headline_ms: int = 700
    after_item_ms: int = 1200


@dataclass(frozen=True, slots=True)
class SpokenItem:
    """One item's narration: `narration` is a file in `narration_file` format, its utterances in script order."""

    position: int
    headline: str
    utterances: tuple[Utterance, ...]
    narration: Path


@dataclass(frozen=True, slots=True)
class EditionContent:
    """Everything that goes into one rendition's files."""

    show_title: str
    show_slug: str
    title: str
    language: str
    local_date: date | None
    number: int
    voices: tuple[str, ...]  # in the order in which they are first heard
    items: tuple[SpokenItem, ...]
    pauses: Pauses
    cover: Path | None  # JPEG or PNG
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Chapter:
    """One item's place in the rendition, from the sample counts of the rendered audio."""

    position: int
    title: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Mastered:
    """A verified set of files in the work folder, with figures measured on the encoded audio."""

    audio: Path  # .mp3
    captions: Path  # .vtt
    chapters_file: Path  # .chapters.json
    manifest: Path  # .manifest.json
    chapters: tuple[Chapter, ...]
    sha256: str  # of the audio, hexadecimal
    size_bytes: int
    duration_ms: int  # of the joined audio, from its sample count
    rate_hz: int
    bit_rate: int  # bits a second
    loudness_lufs: float
    true_peak_dbtp: float
    silences: tuple[tuple[int, int], ...]  # start and end in ms of every silence of at least a second
    peaks: tuple[int, ...]  # 0…100, equally spaced over the length, for the waveform
