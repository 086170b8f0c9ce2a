"""What every store promises; the contract suite is `tests/contract/test_audio_stores.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as the store itself reports it."""

    name: str
    size_bytes: int
    crc32c: str  # base64 of the big-endian checksum, as Google Cloud Storage writes it
    stored_at: datetime


class AudioStore(Protocol):
    """Immutable objects: written once, read by range, never overwritten.

    Every method raises `InvalidObjectNameError` for a name that `domain.names` would not make, and
    `StorageError` (or one of its kinds) where the store itself fails.
    """

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:
        """Store the file `source` under `name`, and verify size and checksum of what was stored.

        Raise `ObjectExistsError` where the name is taken: nothing is written then.
        """
        ...

    def open_range(self, name: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open bytes `start` to `end` (exclusive; None: to the end); the caller closes it.

        It is `seekable()` only where its bytes lie on this machine: the web server's loop may then read it itself.
        Raise `ObjectMissingError` where there is none.
        """
        ...

    def stat(self, name: str) -> StoredObject:
        """Return what is stored under `name`; raise `ObjectMissingError` where there is none."""
        ...

    def delete(self, name: str) -> bool:
        """Delete an object; return False where there was none."""
        ...

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects whose name begins with `prefix`, in the order of their names."""
        ...

    def place(self, name: str) -> str:
        """Return where an operator finds the object: a path or a `gs://` address."""
        ...

    def signed_url(self, name: str, lifetime: timedelta) -> str | None:
        """Return an address at which anybody may read the object for `lifetime`; None where there is no signing key."""
        ...

    def close(self) -> None:
        """Let go of connections; calls that wait for a store that fails give up."""
        ...
