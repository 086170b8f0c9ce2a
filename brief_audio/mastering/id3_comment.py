"""Turn a tag that ffmpeg can only write as user-defined into a comment that players show.

ffmpeg writes a comment as a `TXXX` frame, which most players ignore. A Latin-1 `TXXX` frame with the description "eng"
has exactly the bytes of an English `COMM` frame without a description (https://id3.org/id3v2.3.0, sections 4.2.2 and
4.11), so replacing four letters converts one into the other, and nothing else in the file changes.
"""

from pathlib import Path
from typing import BinaryIO

from brief_audio.domain.errors import MasteringError

_TAG_HEADER_BYTES = 10
_FRAME_HEADER_BYTES = 10
_USER_FRAME = b"TXXX"
_COMMENT_FRAME = b"COMM"
_BODY_START = b"\0eng\0"  # Latin-1; the language, or the description and its end


def make_comment(audio: Path) -> None:
    """Turn the frame with the description "eng" into a comment; raise `MasteringError` if there is none."""
    with audio.open("r+b") as file:
        header = file.read(_TAG_HEADER_BYTES)
        end = _TAG_HEADER_BYTES + _seven_bit_number(header[6:])
        if header[:5] != b"ID3\x03\0" or not _changed(file, end):
            raise MasteringError("the finished file does not say that its voice is synthetic")


def _changed(file: BinaryIO, end: int) -> bool:
    at = _TAG_HEADER_BYTES
    while at < end:
        file.seek(at)
        head = file.read(_FRAME_HEADER_BYTES + len(_BODY_START))
        if head[:4] == _USER_FRAME and head.endswith(_BODY_START):
            file.seek(at)
            file.write(_COMMENT_FRAME)
            return True
        at += _FRAME_HEADER_BYTES + int.from_bytes(head[4:8], "big")
    return False


def _seven_bit_number(digits: bytes) -> int:
    """Return the size of a tag, stored as four bytes of seven bits each."""
    size = 0
    for digit in digits:
        size = size << 7 | digit
    return size
