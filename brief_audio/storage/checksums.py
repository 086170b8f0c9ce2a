"""Checksums of stored files: computed while a file is written, kept with it, recomputed only if lost.

They are kept in an extended attribute, which is set before the object gets its name, so it can neither be missing nor
belong to another object. The attribute includes size and modification time, so a file changed outside the store is
read again. On file systems without extended attributes, the file is read every time.
"""

import base64
import os
from collections.abc import Iterable, Iterator

import google_crc32c

_ATTRIBUTE = "user.brief-audio.crc32c"
_BLOCK_BYTES = 1 << 20


class Crc32c:
    """A CRC32C computed block by block."""

    def __init__(self) -> None:
        self._checksum = 0

    def add(self, block: bytes) -> None:
        """Add the next bytes."""
        self._checksum = google_crc32c.extend(self._checksum, block)

    def __str__(self) -> str:
        """Return it as Google Cloud Storage writes it: base64, most significant byte first."""
        return base64.b64encode(self._checksum.to_bytes(4, "big")).decode("ascii")


def crc32c_of(blocks_read: Iterable[bytes]) -> str:
    """Return the CRC32C of bytes as Google Cloud Storage writes it."""
    checksum = Crc32c()
    for block in blocks_read:
        checksum.add(block)
    return str(checksum)


def file_crc32c(descriptor: int) -> str:
    """Return the CRC32C of a whole open file."""
    return crc32c_of(blocks(descriptor))


def blocks(descriptor: int) -> Iterator[bytes]:
    """Yield an open file's bytes from the start, without moving its position."""
    at = 0
    while block := os.pread(descriptor, _BLOCK_BYTES, at):
        yield block
        at += len(block)


def keep_crc32c(descriptor: int, crc32c: str) -> None:
    """Store the checksum with its file if the file system supports that."""
    try:
        os.setxattr(descriptor, _ATTRIBUTE, f"{crc32c} {_state(descriptor)}".encode("ascii"))
    except OSError:
        return  # only a cache: without it the file is read again


def kept_crc32c(descriptor: int) -> str:
    """Return an open stored file's checksum, from its attribute or else from its bytes."""
    try:
        crc32c, _, state = os.getxattr(descriptor, _ATTRIBUTE).decode("ascii", "replace").partition(" ")
    except OSError:
        return file_crc32c(descriptor)
    return crc32c if state == _state(descriptor) else file_crc32c(descriptor)


def _state(descriptor: int) -> str:
    status = os.fstat(descriptor)
    return f"{status.st_size} {status.st_mtime_ns}"
