"""Checksums of stored files: computed once while a file is written, kept with it, computed again only where lost.

They are kept as an extended attribute, because that is set before the object gets its name and so can neither be
missing nor belong to another object. Size and time of change stand beside it: a file that was changed behind the
store's back is measured again. File systems without extended attributes cost a read of the file.
"""

import base64
import os
from collections.abc import Iterable, Iterator

import google_crc32c

_ATTRIBUTE = "user.brief-audio.crc32c"
_BLOCK_BYTES = 1 << 20


class Crc32c:
    """A CRC32C that grows with the bytes that pass."""

    def __init__(self) -> None:
        self._checksum = 0

    def add(self, block: bytes) -> None:
        """Count the next bytes."""
        self._checksum = google_crc32c.extend(self._checksum, block)

    def __str__(self) -> str:
        """Return it as Google Cloud Storage writes it: base64, the highest byte first."""
        return base64.b64encode(self._checksum.to_bytes(4, "big")).decode("ascii")


def crc32c_of(blocks_read: Iterable[bytes]) -> str:
    """Return the CRC32C of bytes as Google Cloud Storage writes it."""
    checksum = Crc32c()
    for block in blocks_read:
        checksum.add(block)
    return str(checksum)


def file_crc32c(descriptor: int) -> str:
    """Return the CRC32C of an open file, from its first byte to its last."""
    return crc32c_of(blocks(descriptor))


def blocks(descriptor: int) -> Iterator[bytes]:
    """Yield the bytes of an open file from its start, without moving its position."""
    at = 0
    while block := os.pread(descriptor, _BLOCK_BYTES, at):
        yield block
        at += len(block)


def keep_crc32c(descriptor: int, crc32c: str) -> None:
    """Keep the checksum with its file, where the file system can."""
    try:
        os.setxattr(descriptor, _ATTRIBUTE, f"{crc32c} {_state(descriptor)}".encode("ascii"))
    except OSError:
        return  # it is only a note: without it the file is read again


def kept_crc32c(descriptor: int) -> str:
    """Return the checksum of an open stored file, from its note or else from its bytes."""
    try:
        crc32c, _, state = os.getxattr(descriptor, _ATTRIBUTE).decode("ascii", "replace").partition(" ")
    except OSError:
        return file_crc32c(descriptor)
    return crc32c if state == _state(descriptor) else file_crc32c(descriptor)


def _state(descriptor: int) -> str:
    status = os.fstat(descriptor)
    return f"{status.st_size} {status.st_mtime_ns}"
