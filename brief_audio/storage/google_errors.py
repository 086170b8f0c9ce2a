"""Translate error answers from Google Cloud Storage into errors that say what to do.

The rules follow https://cloud.google.com/storage/docs/retry-strategy and …/json_api/v1/status-codes.
"""

from http import HTTPStatus

from brief_audio.domain.errors import ObjectExistsError, ObjectMissingError, StorageDeniedError, StorageError

PASSING = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.GONE,  # a resumable upload's session ended: restart the upload
    }
)
_DAMAGED = "doesn't match calculated"  # as in: Provided CRC32C "…" doesn't match calculated CRC32C "…".


def refusal(status: int, said: str, *, doing: str, bucket: str) -> StorageError:
    """Return the error for an HTTP status; `said` is Google's own message."""
    where = f"{doing}: Google Cloud Storage answered {status} ({said})"
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return denied(where)
        case HTTPStatus.FORBIDDEN:
            return StorageDeniedError(
                f"{where}: give the account the role Storage Object Admin on the bucket {bucket!r}, or correct"
                " BRIEF_GCS_BUCKET or GOOGLE_APPLICATION_CREDENTIALS"
            )
        case HTTPStatus.NOT_FOUND:
            return ObjectMissingError(f"{doing}: nothing is stored there")
        case HTTPStatus.PRECONDITION_FAILED:
            return ObjectExistsError(f"{doing}: an object is already stored there, and stored objects never change")
        case HTTPStatus.BAD_REQUEST if _DAMAGED in said:
            return StorageError(f"{where}: the bytes were damaged in transit")
    is_ours = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in PASSING
    return StorageError(where, permanent=is_ours, code="storage_refused" if is_ours else None)


def denied(where: str) -> StorageDeniedError:
    """Return the error for credentials that are missing, wrong or expired."""
    return StorageDeniedError(
        f"{where}: set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account that is still valid,"
        " and check this machine's clock"
    )


def no_bucket(bucket: str) -> StorageDeniedError:
    """Return the error for a bucket that doesn't exist."""
    return StorageDeniedError(f"there is no bucket {bucket!r}: correct BRIEF_GCS_BUCKET, or create the bucket")
