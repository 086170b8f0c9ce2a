"""One HTTP status for one fault, wherever a request is answered: with a page, with a form once more, or with JSON."""

from brief_audio.domain.errors import (
    BriefAudioError,
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    ObjectMissingError,
    QueueFullError,
    StillCancellingError,
    StorageError,
    TryAgainError,
)

MALFORMED = 400  # a request that cannot be read: an address whose query means nothing, a form without its token
CONFLICT = 409  # something else stands there, or has changed meanwhile
INVALID = 422  # a form that can be read, with a field that cannot be taken, or that it does not have
TOO_MANY = 429
BROKEN = 500
FULL_SECONDS = 60  # about what a job takes: then there is room in the queue again

# The narrower error stands before the wider one.
OF_ERRORS: tuple[tuple[type[BriefAudioError], int], ...] = (
    (NotAllowedError, 403),
    (NotFoundError, 404),
    (ObjectMissingError, 404),
    (ConflictError, CONFLICT),
    (StillCancellingError, CONFLICT),
    (InvalidInputError, INVALID),
    (QueueFullError, TOO_MANY),
    (TryAgainError, 503),
    (StorageError, 503),
)


def status_of(error: BriefAudioError) -> int:
    """Return the status that answers a request which ended with that error."""
    return next((status for kind, status in OF_ERRORS if isinstance(error, kind)), BROKEN)
