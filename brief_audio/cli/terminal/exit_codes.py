"""Exit codes that scripts may rely on."""

from enum import IntEnum

from brief_audio.domain.errors import (
    BriefAudioError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SettingsError,
    StoppingError,
    TryAgainError,
)


class Exit(IntEnum):
    """0 ok, 1 failed, 2 usage, 3 not found, 4 conflict, 75 try again, 78 settings, 130 stopped by Ctrl-C."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    TRY_AGAIN = 75
    SETTINGS = 78
    INTERRUPTED = 130


CODES: tuple[tuple[type[BriefAudioError], Exit], ...] = (
    (InvalidInputError, Exit.USAGE),
    (NotFoundError, Exit.NOT_FOUND),
    (ConflictError, Exit.CONFLICT),
    (TryAgainError, Exit.TRY_AGAIN),
    (SettingsError, Exit.SETTINGS),
    (StoppingError, Exit.INTERRUPTED),
)


def exit_code(error: BriefAudioError) -> Exit:
    """Return the exit code for an error."""
    return next((code for kind, code in CODES if isinstance(error, kind)), Exit.FAILED)
