"""Part of a file, read as if it were a whole file."""

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class RangeReader(io.RawIOBase):
    """Bytes `start` to `end` (exclusive) of an open file, which it closes; positions count from `start`.

    It offers a file descriptor only if it covers the whole file, because servers that send by descriptor would also
    send the bytes beyond the range.
    """

    def __init__(self, descriptor: int, start: int, end: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._start = start
        self._length = end - start
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill `buffer` from the current position; return 0 at the end of the range."""
        self._check_open()
        wanted = memoryview(buffer).cast("B")[: max(0, self._length - self._at)]
        count = os.preadv(self._descriptor, [wanted], self._start + self._at) if len(wanted) else 0
        self._at += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move the position; beyond the end, nothing is read."""
        self._check_open()
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        if base + offset < 0:
            raise ValueError("a position cannot be before the start of the range")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Return the position within the range."""
        self._check_open()
        return self._at

    def fileno(self) -> int:
        """Return the file's descriptor, positioned at the start, if the range covers the whole file."""
        self._check_open()
        if self._start or self._length != os.fstat(self._descriptor).st_size:
            raise io.UnsupportedOperation("a part of a file has no descriptor of its own")
        return self._descriptor

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("the range is closed")
