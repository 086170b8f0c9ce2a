"""Read chunked bodies strictly (RFC 9112, 7.1).

waitress's own reader skips blank lines and bare line feeds, which other servers interpret differently, and buffers an
endless line without a limit.
"""

import re
from collections.abc import Callable
from typing import Any

from waitress.rfc7230 import HEADER_FIELD_RE
from waitress.utilities import BadRequest

LONGEST_LINE = 1024  # a chunk's size with its extensions, or a trailer
MOST_TRAILERS = 32
SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[\t\x20-\x7e\x80-\xff]*)?")


class ChunkedBody:
    """The interface that waitress expects of a reader: `received`, `completed`, `error`, and a buffer."""

    def __init__(self, buffer: Any) -> None:
        """Collect the body in `buffer`, a waitress buffer."""
        self.completed = False
        self.error: BadRequest | None = None
        self._buffer = buffer
        self._line = b""  # the start of an incomplete line
        self._left = 0  # bytes left of the current chunk
        self._trailers = 0
        self._take: Callable[[bytes], bytes] = self._take_size

    def __len__(self) -> int:
        return len(self._buffer)

    def getfile(self) -> Any:
        """Return the body as a file."""
        return self._buffer.getfile()

    def getbuf(self) -> Any:
        """Return the buffer; the caller must close it."""
        return self._buffer

    def received(self, data: bytes) -> int:
        """Consume the part of `data` that belongs to this body; return its length."""
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
            return self._refuse("invalid chunk size")
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
            return self._refuse("chunk longer than its size")
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
            return self._refuse("invalid or too many trailers")
        return rest  # trailers are ignored

    def _whole_line(self, data: bytes, longest: int = LONGEST_LINE) -> tuple[bytes | None, bytes]:
        """Return a line without its CRLF (None if it is incomplete), and the data after it."""
        line, end, rest = (self._line + data).partition(b"\r\n")
        if len(line) > longest:
            return None, self._refuse("chunk size or trailer line too long")
        self._line = b"" if end else line
        return (line if end else None), rest

    def _refuse(self, reason: str) -> bytes:
        self.error = BadRequest(reason)
        return b""
