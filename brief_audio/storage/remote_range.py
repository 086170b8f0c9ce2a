"""A part of an object elsewhere, fetched piece by piece as it is read: no connection waits for a slow listener."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from brief_audio.domain.errors import StorageError
from brief_audio.storage.checksums import Crc32c

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FIRST_PIECE_BYTES = 256 * 1024  # sound begins soon, and who only looks costs little
LARGEST_PIECE_BYTES = 4 * 1024 * 1024


class RemoteRange(io.RawIOBase):
    """Bytes `start` to `end` (exclusive) of an object; `fetch(start, end)` returns exactly the bytes of one piece.

    It cannot be sought, as `AudioStore.open_range` says. `crc32c`, where given, is that of all its bytes.
    """

    def __init__(self, fetch: Callable[[int, int], bytes], start: int, end: int, *, crc32c: str | None = None) -> None:
        super().__init__()
        self._fetch = fetch
        self._at = start
        self._end = end
        self._expected = crc32c
        self._checksum = Crc32c()
        self._piece = memoryview(b"")
        self._piece_bytes = FIRST_PIECE_BYTES

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill `buffer` from what was fetched, fetching more where that is used up; 0 at the end.

        Raise `StorageError` where the store does not answer, or where what it sent is not what was stored.
        """
        if self.closed:
            raise ValueError("the range is closed")
        if not self._piece and self._at < self._end:
            self._piece = memoryview(self._next_piece())
        wanted = memoryview(buffer).cast("B")
        count = min(len(wanted), len(self._piece))
        wanted[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count

    def _next_piece(self) -> bytes:
        until = min(self._at + self._piece_bytes, self._end)
        piece = self._fetch(self._at, until)
        self._at = until
        self._piece_bytes = min(self._piece_bytes * 2, LARGEST_PIECE_BYTES)
        self._checksum.add(piece)
        if until == self._end and self._expected not in {None, str(self._checksum)}:
            raise StorageError("what was read differs from what was stored: it was damaged on its way")
        return piece
