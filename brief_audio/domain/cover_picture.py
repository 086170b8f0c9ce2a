"""Uploaded pictures: read type and size from their headers before anything decodes them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from brief_audio.domain.errors import InvalidInputError

MOST_BYTES = 2_000_000
SHORTEST_SIDE, LONGEST_SIDE = 1400, 3000  # pixels, as podcast apps require (Apple: artwork requirements for shows)
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER = b"\x00\x00\x00\x0dIHDR"  # PNG, third edition, section 11.2.1: always the first chunk
_PNG_END = b"IEND\xaeB`\x82"
_JPEG = b"\xff\xd8\xff"
# ITU-T T.81, table B.1: the markers that start a frame, and those without a length.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_AFTER_SCAN = re.compile(rb"\xff(?=[^\x00\xd0-\xd7\xff])")  # zeros and restarts belong to the scan (section B.1.1.5)
_MOST_SCANS = 50  # progressive pictures have about ten; each costs a pass over every pixel


@dataclass(frozen=True, slots=True)
class CoverPicture:
    """What a PNG or JPEG header says; `suffix` is `png` or `jpg`, sides are in pixels, the picture stops at `end`."""

    suffix: str
    width: int
    height: int
    end: int


def read_cover(content: bytes) -> CoverPicture:
    """Return what a file's header says; raise `InvalidInputError` if it can't be a show's cover.

    This decodes nothing: `mastering.cover_image` does, within the limits checked here.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInputError(
            f"the picture has {len(content) / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB are allowed"
        )
    picture = _read(content)
    sides = f"{picture.width} × {picture.height} pixels"
    if picture.width != picture.height:
        raise InvalidInputError(f"the picture has {sides}; podcast apps need a square")
    if not SHORTEST_SIDE <= picture.width <= LONGEST_SIDE:
        raise InvalidInputError(
            f"the picture has {sides}; podcast apps need {SHORTEST_SIDE} to {LONGEST_SIDE} per side"
        )
    return picture


def _read(content: bytes) -> CoverPicture:
    if content.startswith(_PNG + _PNG_HEADER):
        if not content.endswith(_PNG_END):
            raise InvalidInputError("the picture is incomplete: upload it again")
        width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        return CoverPicture("png", width, height, len(content))
    if content.startswith(_JPEG):
        return _read_jpeg(content)
    raise InvalidInputError("the file is neither a PNG nor a JPEG picture")


def _read_jpeg(content: bytes) -> CoverPicture:
    """Follow the markers to the end of the image; the frame header contains the size (section B.2.2)."""
    sides: tuple[int, int] | None = None
    scans = 0
    for marker, at in _markers(content):
        if marker in _FRAMES and sides is None:
            height, width = (int.from_bytes(content[at + place : at + place + 2], "big") for place in (5, 7))
            sides = (width, height)
        scans += marker == _START_OF_SCAN
        if scans > _MOST_SCANS:
            raise InvalidInputError(f"the JPEG picture has more than {_MOST_SCANS} scans: save it as an ordinary JPEG")
        if marker == _END_OF_IMAGE and sides is not None:
            return CoverPicture("jpg", *sides, end=at + 2)
    if sides is None:
        raise InvalidInputError("the JPEG picture does not state its size: save it again")
    raise InvalidInputError("the picture is incomplete: upload it again")


def _markers(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield each marker of a JPEG with its position, up to the first byte that isn't a marker."""
    at = 2
    while at + 2 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004  every marker begins with it
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  padding
            at += 1
            continue
        yield marker, at
        at += 2 if marker in _BARE else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == _START_OF_SCAN:
            found = _AFTER_SCAN.search(content, at)
            at = found.start() if found else len(content)
