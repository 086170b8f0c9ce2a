"""Names of stored objects: one set of functions creates them, and an independent set checks them.

Creators define what the product stores. Checkers guard every store, and assume that callers are hostile.
"""

import re
from dataclasses import dataclass

from brief_audio.domain.errors import InvalidObjectNameError
from brief_audio.domain.slugs import is_slug

LONGEST_NAME = 255
_PRINTABLE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-./")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_RENDITION_FILE = re.compile(
    r"(?:(?!0000)0[0-9]{3}|[1-9][0-9]{3,18})-[1-9][0-9]{0,18}\.[1-9][0-9]{0,8}-[0-9a-f]{16}"
    r"\.(?:mp3|vtt|chapters\.json|manifest\.json)"
)
_COVER_FILE = re.compile(r"[0-9a-f]{16}\.(?:png|jpg)")
_NARRATION_FILE = re.compile(r"[0-9a-f]{64}\.flac")
_TOKEN_FILE = re.compile(r"[0-9a-f]{32}\.txt")
OWNERS = "owners/"
_ROOTS = ("shows", "narrations", "probes", "owners")


@dataclass(frozen=True, slots=True)
class RenditionNames:
    """The four objects of one rendition."""

    audio: str
    captions: str
    chapters: str
    manifest: str

    @property
    def stem(self) -> str:
        """Return the part that all four names start with, and no other name does."""
        return self.audio.removesuffix(".mp3")

    @property
    def job_prefix(self) -> str:
        """Return the part that the names from every attempt at the same job start with."""
        return self.stem.rpartition("-")[0].rpartition(".")[0] + "."


def rendition_names(
    *, show_slug: str, brief_id: int, number: int, job_id: int, attempt: int, sha256: str
) -> RenditionNames:
    """Return the names of a rendition's files; `sha256` is the audio's, in hexadecimal.

    Job and attempt are part of the name, so that no retry can collide with files from another attempt. Raise
    `InvalidObjectNameError` if a part is not allowed in a name.
    """
    stem = f"shows/{show_slug}/{brief_id}/{number:04d}-{job_id}.{attempt}-{sha256[:16]}"
    return RenditionNames(
        audio=_checked(f"{stem}.mp3"),
        captions=_checked(f"{stem}.vtt"),
        chapters=_checked(f"{stem}.chapters.json"),
        manifest=_checked(f"{stem}.manifest.json"),
    )


def narration_name(key: str) -> str:
    """Return the name of an item's audio, from its narration key (64 hexadecimal digits)."""
    return _checked(f"narrations/{key[:2]}/{key}.flac")


def cover_name(show_slug: str, sha256: str, suffix: str) -> str:
    """Return the name of a show's cover, from its content; `suffix` is `png` or `jpg`, with or without a dot."""
    return _checked(f"shows/{show_slug}/covers/{sha256[:16]}.{suffix.removeprefix('.')}")


def probe_name(token: str) -> str:
    """Return the name of a test object, stored and deleted to check the storage; `token` is 32 hexadecimal digits."""
    return _checked(f"probes/{token}.txt")


def owner_name(token: str) -> str:
    """Return the name of the object that marks which database owns a store; `token` is 32 hexadecimal digits."""
    return _checked(f"{OWNERS}{token}.txt")


def _checked(name: str) -> str:
    check_object_name(name)
    return name


def check_object_name(name: str) -> None:
    """Raise `InvalidObjectNameError` unless `name` exactly matches a kind of object the product stores.

    General rules (length, characters, segments) are checked first, so that a mistake in one kind's grammar still can't
    let a path escape the store.
    """
    segments = _segments(name)
    match segments:
        case ["shows", slug, "covers", file]:
            is_known = is_slug(slug) and _COVER_FILE.fullmatch(file) is not None
        case ["shows", slug, brief, file]:
            is_known = is_slug(slug) and bool(_NUMBER.fullmatch(brief)) and bool(_RENDITION_FILE.fullmatch(file))
        case ["narrations", folder, file]:
            is_known = file[:2] == folder and _NARRATION_FILE.fullmatch(file) is not None
        case ["probes" | "owners", file]:
            is_known = _TOKEN_FILE.fullmatch(file) is not None
        case _:
            is_known = False
    if not is_known:
        raise _invalid(name, "no kind of stored object has such a name")


def check_object_prefix(prefix: str) -> None:
    """Raise `InvalidObjectNameError` unless names can begin with `prefix`; an empty prefix matches every name."""
    if not prefix:
        return
    *folders, last = _segments(prefix, may_end_open=True)
    root = folders[0] if folders else last
    if root not in _ROOTS and (folders or not any(known.startswith(root) for known in _ROOTS)):
        raise _invalid(prefix, "no stored object's name begins like that")


def _segments(name: str, *, may_end_open: bool = False) -> list[str]:
    """Split a name that is harmless as a path; `may_end_open` allows an empty last segment."""
    if len(name) > LONGEST_NAME:
        raise _invalid(name, f"it has more than {LONGEST_NAME} characters")
    if not _PRINTABLE.issuperset(name):
        raise _invalid(name, "it has characters other than a-z, 0-9, '-', '.' and '/'")
    segments = name.split("/")
    inner = segments[:-1] if may_end_open and not segments[-1] else segments
    if not all(inner) or not inner:
        raise _invalid(name, "it has an empty part")
    if any(segment.startswith(".") for segment in segments):
        raise _invalid(name, "one of its parts begins with a dot")
    return segments


def _invalid(name: str, reason: str) -> InvalidObjectNameError:
    return InvalidObjectNameError(f"{name[:80]!a} is not the name of a stored object: {reason}")
