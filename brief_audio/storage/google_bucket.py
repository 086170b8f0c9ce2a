"""One bucket in Google Cloud Storage: one request per call, no retries, and every failure as an error of our own.

Only this file imports Google's packages. Google's client finds credentials, endpoint and proxies from its own variables
(`GOOGLE_APPLICATION_CREDENTIALS`, `STORAGE_EMULATOR_HOST`), not before the first call.
"""

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import BinaryIO, Protocol

import urllib3.exceptions
from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError, TransportError
from google.cloud import storage
from google.oauth2 import service_account

from brief_audio.domain.errors import ObjectMissingError, StorageError, StoreUnreachableError
from brief_audio.storage.base import StoredObject
from brief_audio.storage.connection_errors import line_reason
from brief_audio.storage.google_errors import denied, no_bucket, refusal

LINE_ERRORS = (OSError, urllib3.exceptions.HTTPError, http.client.HTTPException)
PART_BYTES = 8 * 1024 * 1024  # the client uploads larger files in parts of this size
PAGE_SIZE = 1000
LISTED = "items(name,size,crc32c,timeCreated,generation),nextPageToken"
SAID_LENGTH = 300


class Sink(Protocol):
    """Receives the bytes of a download in order of arrival."""

    def write(self, block: bytes, /) -> int:
        """Append some bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """What to store, with the size and checksum that the bucket's answer is checked against."""

    name: str
    size_bytes: int
    crc32c: str
    content_type: str
    cache_control: str


@dataclass(frozen=True, slots=True)
class BucketObject:
    """An object as the bucket describes it; `generation` distinguishes it from others that had its name."""

    stored: StoredObject
    generation: int


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """Some objects sorted by name, and the token of the next page, None after the last."""

    objects: tuple[StoredObject, ...]
    next_token: str | None


def connect() -> storage.Client:
    """Return a client configured by Google's own variables; using a bucket needs no project."""
    return storage.Client(project=None)


class GoogleBucket:
    """A bucket by name. `seconds` is always how long one request may go without an answer.

    Every method raises `StorageError`, which is permanent if a retry can't help.
    """

    def __init__(self, name: str, connect: Callable[[], storage.Client] = connect) -> None:
        self.name = name
        self._connect = connect
        self._lock = Lock()
        self._client: storage.Client | None = None
        self._is_there = False

    def upload(self, upload: Upload, file: BinaryIO, *, seconds: float) -> BucketObject:
        """Store `file` under a new name; raise `ObjectExistsError` if the name is taken."""
        with self._told(f"storing {upload.name}"):
            blob = self._blob(upload.name, chunk_size=PART_BYTES)
            blob.cache_control = upload.cache_control
            blob.crc32c = upload.crc32c  # Google rejects other bytes
            try:
                blob.upload_from_file(
                    file,
                    size=upload.size_bytes,
                    content_type=upload.content_type,
                    if_generation_match=0,
                    checksum=None,
                    timeout=seconds,
                    retry=None,
                )
            except GoogleAPICallError as error:
                if error.code == http.client.NOT_FOUND:
                    self._require_bucket(seconds)
                    raise StorageError(f"storing {upload.name}: the upload session was lost") from error
                raise
            return _described(blob)

    def find(self, name: str, *, seconds: float) -> BucketObject:
        """Return what is stored under a name; raise `ObjectMissingError` if there is nothing."""
        with self._told(f"looking for {name}", seconds):
            blob = self._blob(name)
            blob.reload(timeout=seconds, retry=None)
            return _described(blob)

    def read(self, name: str, sink: Sink, start: int, end: int, *, seconds: float) -> None:
        """Write bytes `start` to `end` (exclusive, at least one) of an object to `sink` as they arrive."""
        with self._told(f"reading {name}", seconds):
            self._blob(name).download_to_file(
                sink, start=start, end=end - 1, raw_download=True, checksum=None, timeout=seconds, retry=None
            )

    def remove(self, name: str, *, seconds: float, generation: int | None = None) -> None:
        """Delete an object, or only the given generation of it; raise `ObjectMissingError` if it doesn't exist."""
        with self._told(f"deleting {name}", seconds):
            self._blob(name).delete(if_generation_match=generation, timeout=seconds, retry=None)

    def page(self, prefix: str, token: str | None, *, seconds: float) -> ObjectPage:
        """Return the page of a listing for `token`, or the first page."""
        with self._told("listing objects"):
            try:
                return self._page(prefix, token, seconds)
            except GoogleAPICallError as error:
                if error.code == http.client.NOT_FOUND:
                    raise no_bucket(self.name) from error
                raise

    def signed_url(self, name: str, lifetime: timedelta) -> str | None:
        """Return an address that needs no credentials, or None if ours are not a service account's own key."""
        with self._told(f"signing the address of {name}"):
            if not isinstance(self._connected()._credentials, service_account.Credentials):  # noqa: SLF001
                return None  # other credentials sign by a request to Google each time, if at all
            return str(self._blob(name).generate_signed_url(version="v4", expiration=lifetime, method="GET"))

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()

    def _connected(self) -> storage.Client:
        with self._lock:
            if self._client is None:
                self._client = self._connect()
                # The cache would request the bucket's description in its own thread, over and over while the network is
                # down, for traces that are never collected.
                self._client._bucket_metadata_cache = None  # noqa: SLF001
            return self._client

    def _blob(self, name: str, chunk_size: int | None = None) -> storage.Blob:
        return self._connected().bucket(self.name).blob(name, chunk_size=chunk_size)

    def _page(self, prefix: str, token: str | None, seconds: float) -> ObjectPage:
        iterator = self._connected().list_blobs(
            self.name,
            prefix=prefix or None,
            page_token=token,
            page_size=PAGE_SIZE,
            fields=LISTED,
            timeout=seconds,
            retry=None,
        )
        objects = tuple(_described(blob).stored for blob in next(iterator.pages, ()))
        return ObjectPage(objects, iterator.next_page_token)

    def _require_bucket(self, seconds: float) -> None:
        """Raise `StorageDeniedError` if the bucket is missing: Google answers the same as for a missing object."""
        self.page("", None, seconds=seconds)

    @contextmanager
    def _told(self, doing: str, seconds: float | None = None) -> Iterator[None]:
        """Turn errors from Google's packages into a `StorageError` of the right kind.

        With `seconds`, the first missing object triggers a check that the bucket exists.
        """
        try:
            yield
        except GoogleAPICallError as error:
            told = refusal(int(error.code or 0), _said(error), doing=doing, bucket=self.name)
            if seconds is not None and isinstance(told, ObjectMissingError) and not self._is_there:
                self._require_bucket(seconds)
                self._is_there = True
            raise told from error
        except TransportError as error:
            reason = line_reason(error)
            raise StoreUnreachableError(f"{doing}: cannot reach Google's sign-in: {reason}") from error
        except GoogleAuthError as error:
            said = _short(error.args[0] if error.args else error)  # the rest is the raw answer
            if error.retryable:
                raise StorageError(f"{doing}: Google's sign-in failed: {said}") from error
            raise denied(f"{doing}: {said.rstrip('.')}") from error
        except LINE_ERRORS as error:
            reason = line_reason(error)
            raise StoreUnreachableError(f"{doing}: the connection to Google Cloud Storage failed: {reason}") from error


def _described(blob: storage.Blob) -> BucketObject:
    """Return an object as an answer describes it; raise `StorageError` if the answer is incomplete."""
    if blob.size is None or blob.crc32c is None or blob.time_created is None:
        raise StorageError(f"{blob.name}: Google Cloud Storage sent an incomplete description")
    return BucketObject(
        StoredObject(str(blob.name), int(blob.size), str(blob.crc32c), blob.time_created), int(blob.generation or 0)
    )


def _said(error: GoogleAPICallError) -> str:
    """Return Google's own message without the requested address."""
    try:
        return _short(error.response.json()["error"]["message"])
    except (AttributeError, ValueError, KeyError, TypeError):
        return _short(http.client.responses.get(int(error.code or 0), "no reason given"))


def _short(reason: object) -> str:
    return " ".join(str(reason).split())[:SAID_LENGTH]
