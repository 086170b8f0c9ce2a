"""The store in Google Cloud Storage: tries again what may pass, and believes nothing that it has not compared."""

import io
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import BinaryIO

from brief_audio.domain import cache_policy
from brief_audio.domain.errors import (
    InvalidObjectNameError,
    ObjectExistsError,
    ObjectMissingError,
    StorageError,
)
from brief_audio.domain.names import check_object_name, check_object_prefix
from brief_audio.storage.base import StoredObject
from brief_audio.storage.checksums import file_crc32c
from brief_audio.storage.google_bucket import BucketObject, GoogleBucket, Page, Upload
from brief_audio.storage.remote_range import RemoteRange
from brief_audio.storage.retrying import Patience, Try, persist

READING = Patience(deadline_seconds=8, request_seconds=5)  # a listener waits, and with him one of few threads
WRITING = Patience(deadline_seconds=60, request_seconds=60)  # a job waits, which can also try again later
PROBING = Patience(deadline_seconds=6, request_seconds=5)  # a person waits who only wants to know whether it works
_BUFFER_BYTES = 1 << 18


class GcsStore:
    """Objects of one bucket; an `AudioStore`, safe from several threads.

    `stored_at` is the object's time of creation. Objects that the product has no name for are left alone.
    """

    def __init__(self, bucket: GoogleBucket, *, reading: Patience = READING, writing: Patience = WRITING) -> None:
        self._bucket = bucket
        self._reading = reading
        self._writing = writing
        self._closing = Event()

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:
        """Store a file where nothing is, verified; an upload whose answer was lost is recognised by its bytes."""
        check_object_name(name)
        upload = _measured(name, source, content_type)
        patience = self._writing.for_bytes(upload.size_bytes)
        return persist(_Storing(self._bucket, upload, source), patience, self._closing)

    def open_range(self, name: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open a part of an object; an `end` beyond its size means its end. A whole object is verified on the way."""
        check_object_name(name)
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"bytes {start} to {end} are no range")
        stored = self.stat(name)
        until = stored.size_bytes if end is None else min(end, stored.size_bytes)
        is_whole = start == 0 and until == stored.size_bytes
        ranged = RemoteRange(
            lambda at, to: self._piece(name, at, to),
            min(start, until),
            until,
            crc32c=stored.crc32c if is_whole else None,
        )
        return io.BufferedReader(ranged, _BUFFER_BYTES)

    def stat(self, name: str) -> StoredObject:
        """Return what is stored."""
        check_object_name(name)
        found = persist(lambda one: self._bucket.find(name, seconds=one.seconds), self._reading, self._closing)
        return found.stored

    def delete(self, name: str) -> bool:
        """Delete an object; one that is gone after a lost answer was deleted by us."""
        check_object_name(name)

        def remove(one: Try) -> bool:
            try:
                self._bucket.remove(name, seconds=one.seconds)
            except ObjectMissingError:
                return one.is_again
            return True

        return persist(remove, self._writing, self._closing)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield what is stored, page by page."""
        check_object_prefix(prefix)
        return self._listed(prefix)

    def place(self, name: str) -> str:
        """Return the object's `gs://` address."""
        check_object_name(name)
        return f"gs://{self._bucket.name}/{name}"

    def signed_url(self, name: str, lifetime: timedelta) -> str | None:
        """Return a V4 signed address where the credentials are a service account's key; None otherwise."""
        check_object_name(name)
        return self._bucket.signed_url(name, lifetime)

    def close(self) -> None:
        """Wait for nothing any more, and let go of the connections."""
        self._closing.set()
        self._bucket.close()

    def _listed(self, prefix: str) -> Iterator[StoredObject]:
        token: str | None = None
        while True:
            page = self._page(prefix, token)
            yield from (stored for stored in page.objects if _has_product_name(stored))
            token = page.next_token
            if token is None:
                return

    def _page(self, prefix: str, token: str | None) -> Page:
        return persist(lambda one: self._bucket.page(prefix, token, seconds=one.seconds), self._writing, self._closing)

    def _piece(self, name: str, start: int, end: int) -> bytes:
        """Return bytes of an object; a line that was cut goes on from the byte that it had reached."""
        patience = self._reading.for_bytes(end - start)
        piece = _Piece(end - start, patience.deadline_seconds)

        def read(one: Try) -> None:
            self._bucket.read(name, piece, start + len(piece), end, seconds=one.seconds)
            if len(piece) < end - start:
                raise StorageError(f"reading {name}: only {len(piece)} of {end - start} bytes arrived")

        persist(read, patience, self._closing)
        return bytes(piece)


class _Storing:
    """One `put` over all its tries: which of them arrived damaged is remembered until that is gone."""

    def __init__(self, bucket: GoogleBucket, upload: Upload, source: Path) -> None:
        self._bucket = bucket
        self._upload = upload
        self._source = source
        self._damaged: BucketObject | None = None

    def __call__(self, one: Try) -> StoredObject:
        self._remove_damaged(one)
        try:
            with _opened(self._source) as file:
                found = self._bucket.upload(self._upload, file, seconds=one.seconds)
        except ObjectExistsError:
            if one.is_again and self._is_sound(arrived := self._bucket.find(self._upload.name, seconds=one.seconds)):
                return arrived.stored  # an earlier try of ours, whose answer was lost
            raise
        if self._is_sound(found):
            return found.stored
        self._damaged = found
        self._remove_damaged(one)
        raise StorageError(f"storing {self._upload.name}: what arrived differs from what was sent")

    def _remove_damaged(self, one: Try) -> None:
        if self._damaged is not None:
            with suppress(ObjectMissingError, ObjectExistsError):  # it is gone, or another stands in its place
                self._bucket.remove(self._upload.name, seconds=one.seconds, generation=self._damaged.generation)
            self._damaged = None

    def _is_sound(self, found: BucketObject) -> bool:
        ours = (self._upload.size_bytes, self._upload.crc32c)
        return (found.stored.size_bytes, found.stored.crc32c) == ours


class _Piece(bytearray):
    """What has arrived of one piece, over all its tries."""

    def __init__(self, length: int, seconds: float) -> None:
        super().__init__()
        self._length = length
        self._until = time.monotonic() + seconds

    def write(self, block: bytes, /) -> int:
        """Take the next bytes; raise `StorageError` where they come too slowly, or more than were asked for."""
        if time.monotonic() > self._until:
            raise StorageError("Google Cloud Storage sends too slowly")
        if len(self) + len(block) > self._length:
            self.clear()
            raise StorageError("Google Cloud Storage sent more than was asked for")
        self.extend(block)
        return len(block)


def _measured(name: str, source: Path, content_type: str) -> Upload:
    with _opened(source) as file:
        size_bytes, crc32c = os.fstat(file.fileno()).st_size, file_crc32c(file.fileno())
    return Upload(name, size_bytes, crc32c, content_type, cache_policy.of_object(name))


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise StorageError(f"the file to be stored cannot be read: {source}: {error.strerror}") from error


def _has_product_name(stored: StoredObject) -> bool:
    try:
        check_object_name(stored.name)
    except InvalidObjectNameError:
        return False
    return True
