"""Pictures that somebody uploads: what kind they are and how large, read from their own first bytes."""

from dataclasses import dataclass

from brief_audio.domain.errors import InvalidInputError

MOST_BYTES = 2_000_000
SHORTEST_SIDE, LONGEST_SIDE = 1400, 3000  # pixels, as podcast apps take them (Apple: artwork requirements for shows)
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER = b"\x00\x00\x00\x0dIHDR"  # PNG, third edition, section 11.2.1: always the first chunk
_PNG_END = b"IEND\xaeB`\x82"
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
# ITU-T T.81, table B.1: the markers that begin a frame, and those without a length.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole PNG or JPEG; `suffix` is `png` or `jpg`, sides are in pixels."""

    suffix: str
    width: int
    height: int


def read_cover(content: bytes) -> Picture:
    """Return what a show's cover is; raise `InvalidInputError` for a file that cannot be one."""
    if len(content) > MOST_BYTES:
        raise InvalidInputError(
            f"the picture has {len(content) / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB are allowed"
        )
    picture = _read(content)
    sides = f"{picture.width} × {picture.height} pixels"
    if picture.width != picture.height:
        raise InvalidInputError(f"the picture has {sides}; podcast apps show a square")
    if not SHORTEST_SIDE <= picture.width <= LONGEST_SIDE:
        raise InvalidInputError(
            f"the picture has {sides}; podcast apps take {SHORTEST_SIDE} to {LONGEST_SIDE} each way"
        )
    return picture


def _read(content: bytes) -> Picture:
    if content.startswith(_PNG + _PNG_HEADER):
        if not content.endswith(_PNG_END):
            raise InvalidInputError("the picture's end is missing: upload it again")
        return Picture("png", int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"))
    if content.startswith(_JPEG):
        if not content.rstrip(b"\0").endswith(_JPEG_END):
            raise InvalidInputError("the picture's end is missing: upload it again")
        return _read_jpeg(content)
    raise InvalidInputError("the file is neither a PNG nor a JPEG picture")


def _read_jpeg(content: bytes) -> Picture:
    """Follow the markers to the first frame, whose header names the sides (ITU-T T.81, section B.2.2)."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004  every marker begins with it
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = (int.from_bytes(content[at + place : at + place + 2], "big") for place in (5, 7))
            return Picture("jpg", width, height)
        is_filling = marker == 0xFF  # noqa: PLR2004
        length = 0 if marker in _BARE else int.from_bytes(content[at + 2 : at + 4], "big")
        at += 1 if is_filling else 2 + length
    raise InvalidInputError("the JPEG picture does not say how large it is: save it anew")
