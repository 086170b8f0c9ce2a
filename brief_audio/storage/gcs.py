"""Store objects in Google Cloud Storage: retry what may succeed, and verify everything against checksums."""

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
from brief_audio.domain.errors import InvalidObjectNameError, ObjectExistsError, ObjectMissingError, StorageError
from brief_audio.domain.object_names import check_object_name, check_object_prefix
from brief_audio.storage.base import StoredObject
from brief_audio.storage.checksums import file_crc32c
from brief_audio.storage.google_bucket import BucketObject, GoogleBucket, ObjectPage, Upload
from brief_audio.storage.remote_range import RemoteRange
from brief_audio.storage.retry import RetryLimits, StorageTry, retry

READING = RetryLimits(deadline_seconds=8, request_seconds=5)  # a listener waits, and with him one of few threads
WRITING = RetryLimits(deadline_seconds=60, request_seconds=60)  # a job waits, which can also try again later
PROBING = RetryLimits(deadline_seconds=6, request_seconds=5)  # a person waits who only wants to know whether it works
_BUFFER_BYTES = 1 << 18


class GcsStore:
    """The objects in one bucket: an `AudioStore` that is safe to use from several threads.

    `stored_at` is the time of the object's creation. Objects whose names are not the product's are left alone.
    """

    def __init__(self, bucket: GoogleBucket, *, reading: RetryLimits = READING, writing: RetryLimits = WRITING) -> None:
        self._bucket = bucket
        self._reading = reading
        self._writing = writing
        self._closing = Event()

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:
        """Store a file under a new name and verify it; an upload that lost its answer is recognised by its bytes."""
        check_object_name(name)
        upload = _measured(name, source, content_type)
        patience = self._writing.for_bytes(upload.size_bytes)
        return retry(_Storing(self._bucket, upload, source), patience, self._closing)

    def open_range(self, name: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open part of an object; an `end` beyond its size means its end. A complete object is verified while read."""
        check_object_name(name)
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"bytes {start} to {end} are not a range")
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
        """Return the facts of a stored object."""
        check_object_name(name)
        found = retry(lambda one: self._bucket.find(name, seconds=one.seconds), self._reading, self._closing)
        return found.stored

    def delete(self, name: str) -> bool:
        """Delete an object; if it is missing on a retry, an earlier try has deleted it."""
        check_object_name(name)

        def remove(one: StorageTry) -> bool:
            try:
                self._bucket.remove(name, seconds=one.seconds)
            except ObjectMissingError:
                return one.is_again
            return True

        return retry(remove, self._writing, self._closing)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the stored objects, page by page."""
        check_object_prefix(prefix)
        return self._listed(prefix)

    def place(self, name: str) -> str:
        """Return the object's `gs://` address."""
        check_object_name(name)
        return f"gs://{self._bucket.name}/{name}"

    def signed_url(self, name: str, lifetime: timedelta) -> str | None:
        """Return a V4 signed address if the credentials are a service account's key, or else None."""
        check_object_name(name)
        return self._bucket.signed_url(name, lifetime)

    def close(self) -> None:
        """Stop all waiting and close the connections."""
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

    def _page(self, prefix: str, token: str | None) -> ObjectPage:
        return retry(lambda one: self._bucket.page(prefix, token, seconds=one.seconds), self._writing, self._closing)

    def _piece(self, name: str, start: int, end: int) -> bytes:
        """Return part of an object; a dropped download resumes at the byte it had reached."""
        patience = self._reading.for_bytes(end - start)
        piece = _Piece(end - start, patience.deadline_seconds)

        def read(one: StorageTry) -> None:
            self._bucket.read(name, piece, start + len(piece), end, seconds=one.seconds)
            if len(piece) < end - start:
                raise StorageError(f"reading {name}: received only {len(piece)} of {end - start} bytes")

        retry(read, patience, self._closing)
        return bytes(piece)


class _Storing:
    """One `put` with all its tries: remembers an upload that arrived damaged until it is deleted."""

    def __init__(self, bucket: GoogleBucket, upload: Upload, source: Path) -> None:
        self._bucket = bucket
        self._upload = upload
        self._source = source
        self._damaged: BucketObject | None = None

    def __call__(self, one: StorageTry) -> StoredObject:
        self._remove_damaged(one)
        try:
            with _opened(self._source) as file:
                found = self._bucket.upload(self._upload, file, seconds=one.seconds)
        except ObjectExistsError:
            if one.is_again and self._is_sound(arrived := self._bucket.find(self._upload.name, seconds=one.seconds)):
                return arrived.stored  # stored by an earlier try that lost its answer
            raise
        if self._is_sound(found):
            return found.stored
        self._damaged = found
        self._remove_damaged(one)
        raise StorageError(f"storing {self._upload.name}: the stored bytes differ from those sent")

    def _remove_damaged(self, one: StorageTry) -> None:
        if self._damaged is not None:
            with suppress(ObjectMissingError, ObjectExistsError):  # it is gone, or has been replaced
                self._bucket.remove(self._upload.name, seconds=one.seconds, generation=self._damaged.generation)
            self._damaged = None

    def _is_sound(self, found: BucketObject) -> bool:
        ours = (self._upload.size_bytes, self._upload.crc32c)
        return (found.stored.size_bytes, found.stored.crc32c) == ours


class _Piece(bytearray):
    """The part of a piece that has arrived so far, over all tries."""

    def __init__(self, length: int, seconds: float) -> None:
        super().__init__()
        self._length = length
        self._until = time.monotonic() + seconds

    def write(self, block: bytes, /) -> int:
        """Append the next bytes; raise `StorageError` if they arrive too slowly or exceed the requested number."""
        if time.monotonic() > self._until:
            raise StorageError("Google Cloud Storage is sending too slowly")
        if len(self) + len(block) > self._length:
            self.clear()
            raise StorageError("Google Cloud Storage sent more bytes than requested")
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
        raise StorageError(f"cannot read the file to store: {source}: {error.strerror}") from error


def _has_product_name(stored: StoredObject) -> bool:
    try:
        check_object_name(stored.name)
    except InvalidObjectNameError:
        return False
    return True
