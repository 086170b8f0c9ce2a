"""What every store guarantees; the contract suite is `tests/contract/test_audio_stores.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as reported by the store itself."""

    name: str
    size_bytes: int
    crc32c: str  # base64 of the big-endian checksum, as Google Cloud Storage writes it
    stored_at: datetime


class AudioStore(Protocol):
    """Immutable objects: written once, read by range, never overwritten.

    Every method raises `InvalidObjectNameError` for a name that `domain.names` would not create, and `StorageError` or
    a subclass if the store itself fails.
    """

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:
        """Store the file `source` as `name`, and verify the size and checksum of the stored object.

        Raise `ObjectExistsError`, without writing anything, if the name is taken.
        """
        ...

    def open_range(self, name: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open bytes `start` to `end` (exclusive; None means to the end); the caller must close the result.

        It is `seekable()` only if the bytes are on this machine, where the web server may read them in its own loop.
        Raise `ObjectMissingError` if there is no such object.
        """
        ...

    def stat(self, name: str) -> StoredObject:
        """Return the facts of a stored object; raise `ObjectMissingError` if there is none."""
        ...

    def delete(self, name: str) -> bool:
        """Delete an object; return False if there was none."""
        ...

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects whose names begin with `prefix`, sorted by name."""
        ...

    def place(self, name: str) -> str:
        """Return where an operator can find the object: a path or a `gs://` address."""
        ...

    def signed_url(self, name: str, lifetime: timedelta) -> str | None:
        """Return an address where anyone can read the object for `lifetime`, None if there is no signing key."""
        ...

    def close(self) -> None:
        """Close connections; calls that wait for a failing store give up."""
        ...
