"""A body that comes in chunks (RFC 9112, 7.1), read to the letter.

waitress's own reader passes over blank lines and bare line feeds, which others read otherwise, and keeps a line without
an end for as long as it grows.
"""

import re
from collections.abc import Callable
from typing import Any

from waitress.rfc7230 import HEADER_FIELD_RE
from waitress.utilities import BadRequest

LONGEST_LINE = 1024  # of a chunk's size with its extensions, or of a trailer
MOST_TRAILERS = 32
SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[\t\x20-\x7e\x80-\xff]*)?")


class ChunkedBody:
    """What waitress asks of a reader: `received`, `completed`, `error`, and the bytes in a buffer."""

    def __init__(self, buffer: Any) -> None:
        """Keep what arrives in `buffer`, one of waitress's own."""
        self.completed = False
        self.error: BadRequest | None = None
        self._buffer = buffer
        self._line = b""  # the beginning of a line whose end has not arrived
        self._left = 0  # of the chunk in hand
        self._trailers = 0
        self._take: Callable[[bytes], bytes] = self._take_size

    def __len__(self) -> int:
        return len(self._buffer)

    def getfile(self) -> Any:
        """Return the bytes as a file."""
        return self._buffer.getfile()

    def getbuf(self) -> Any:
        """Return the buffer itself, which must be closed."""
        return self._buffer

    def received(self, data: bytes) -> int:
        """Take what belongs to this body; return how much that was."""
        rest = data
        while rest and not self.completed and self.error is None:
            rest = self._take(rest)
        return len(data) - len(rest)

    def _take_size(self, data: bytes) -> bytes:
        line, rest = self._whole_line(data)
        if line is None:
            return rest
        found = SIZE.fullmatch(line)
        if found is None:
            return self._refuse("a chunk's size cannot be read")
        self._left = int(found[1], 16)
        self._take = self._take_data if self._left else self._take_trailer
        return rest

    def _take_data(self, data: bytes) -> bytes:
        part = data[: self._left]
        self._buffer.append(part)
        self._left -= len(part)
        if not self._left:
            self._take = self._take_end
        return data[len(part) :]

    def _take_end(self, data: bytes) -> bytes:
        line, rest = self._whole_line(data, longest=1)
        if line is None:
            return rest
        if line:
            return self._refuse("a chunk is longer than it says")
        self._take = self._take_size
        return rest

    def _take_trailer(self, data: bytes) -> bytes:
        line, rest = self._whole_line(data)
        if line is None:
            return rest
        if not line:
            self.completed = True
            return rest
        self._trailers += 1
        if not HEADER_FIELD_RE.fullmatch(line) or self._trailers > MOST_TRAILERS:
            return self._refuse("a trailer cannot be read")
        return rest  # nothing here reads trailers

    def _whole_line(self, data: bytes, longest: int = LONGEST_LINE) -> tuple[bytes | None, bytes]:
        """Return a line without its end, or None where it has not arrived, and what comes after it."""
        line, end, rest = (self._line + data).partition(b"\r\n")
        if len(line) > longest:
            return None, self._refuse("a line among the chunks is too long")
        self._line = b"" if end else line
        return (line if end else None), rest

    def _refuse(self, reason: str) -> bytes:
        self.error = BadRequest(reason)
        return b""
