"""The file's metadata: ID3v2.3 tags and chapters, as an ffmetadata file for ffmpeg."""

import re
from collections.abc import Iterable

from brief_audio.mastering.base import Chapter, EditionContent

COMMENT_KEY = "eng"  # `comment_frame` turns it into a real comment and explains why

_SPECIAL = re.compile(r"([=;#\\])")


def ffmetadata(programme: EditionContent, chapters: Iterable[Chapter]) -> str:
    """Return the tags and chapters of a programme (format: ffmpeg's documentation, "Metadata")."""
    made_on = programme.local_date or programme.made_at.date()
    tags = {
        "title": programme.title,
        "album": programme.show_title,
        "artist": programme.show_title,
        "album_artist": programme.show_title,
        "date": made_on.isoformat(),
        "track": str(programme.number),
        "genre": "Podcast",
        COMMENT_KEY: synthetic_statement(programme),
    }
    lines = [";FFMETADATA1", *_fields(tags)]
    for chapter in chapters:
        place = {"START": str(chapter.start_ms), "END": str(chapter.end_ms)}
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", *_fields(place | {"title": chapter.title})]
    return "\n".join(lines) + "\n"


def synthetic_statement(programme: EditionContent) -> str:
    """Say plainly, in ASCII, that no person is heard."""
    *others, last = (voice.encode("ascii", "replace").decode("ascii") for voice in programme.voices)
    if not others:
        return f"The voice in this recording is synthetic: a computer speaks (voice {last})."
    names = f"{', '.join(others)} and {last}"
    return f"The voices in this recording are synthetic: a computer speaks (voices {names})."


def _fields(values: dict[str, str]) -> Iterable[str]:
    return (f"{key}={_escaped(_one_line(value))}" for key, value in values.items())


def _escaped(value: str) -> str:
    return _SPECIAL.sub(r"\\\1", value)


def _one_line(value: str) -> str:
    """Keep what a tag may contain: one line, no control characters, no lone surrogates."""
    printable = "".join(" " if ord(character) < ord(" ") else character for character in value)
    return " ".join(printable.encode("utf-16", "ignore").decode("utf-16").split())
