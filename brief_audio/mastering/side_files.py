"""The files beside the audio: captions, chapters, and a manifest with all measurements."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from brief_audio.domain.captions import SaidText, cues, webvtt
from brief_audio.domain.script import by_place
from brief_audio.mastering.base import Chapter, EditionContent
from brief_audio.mastering.tags import synthetic_statement
from brief_audio.mastering.timeline import PlacedItem, PlacedUtterance, Timeline, milliseconds

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file's hash and size."""

    sha256: str
    size_bytes: int


def file_facts(path: Path) -> FileFacts:
    """Compute a file's hash and size."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return FileFacts(digest.hexdigest(), path.stat().st_size)


def write_captions(path: Path, timeline: Timeline) -> None:
    """Write the author's own words with their times as WebVTT."""
    path.write_text(webvtt(cues(_said(timeline))), encoding="utf-8", newline="\n")


def write_chapters(path: Path, programme: EditionContent, chapters: Iterable[Chapter]) -> None:
    """Write JSON chapters, version 1.2.0 (https://github.com/Podcastindex-org/podcast-namespace, chapters)."""
    listed = [{"startTime": one.start_ms / 1000, "endTime": one.end_ms / 1000, "title": one.title} for one in chapters]
    _write_json(
        path,
        {"version": "1.2.0", "title": programme.title, "podcastName": programme.show_title, "chapters": listed},
    )


def write_manifest(path: Path, programme: EditionContent, timeline: Timeline, measured: dict[str, Any]) -> None:
    """Write the rendition's contents; `measured` has the sections that describe its files and its audio."""
    _write_json(
        path,
        {
            "version": 1,
            "show": {"slug": programme.show_slug, "title": programme.show_title},
            "title": programme.title,
            "language": programme.language,
            "local_date": programme.local_date.isoformat() if programme.local_date else None,
            "number": programme.number,
            "made_at": programme.made_at.isoformat(),
            "voice": ", ".join(programme.voices),
            "voices": list(programme.voices),
            "statement": synthetic_statement(programme),
            "pauses": asdict(programme.pauses),
            **measured,
            "items": [_item(placed) for placed in timeline.items],
        },
    )


def _said(timeline: Timeline) -> Iterable[SaidText]:
    """Yield the author's words, each of them once, however many breaths a voice needs for them."""
    for placed in timeline.items:
        at = 0
        for same in by_place(one.utterance for one in placed.utterances):
            first, last = placed.utterances[at], placed.utterances[at + len(same) - 1]
            yield SaidText(first.utterance.written, milliseconds(first.start), milliseconds(last.end))
            at += len(same)


def _item(placed: PlacedItem) -> dict[str, Any]:
    return {
        "position": placed.item.position,
        "headline": placed.item.headline,
        "start_ms": milliseconds(placed.start),
        "end_ms": milliseconds(placed.end),
        "narration_sha256": file_facts(placed.item.narration).sha256,
        "utterances": [_utterance(one) for one in placed.utterances],
    }


def _utterance(placed: PlacedUtterance) -> dict[str, Any]:
    times = {"start_ms": milliseconds(placed.start), "end_ms": milliseconds(placed.end)}
    return asdict(placed.utterance) | times


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
