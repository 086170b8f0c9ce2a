"""Every error the product raises on purpose; each docstring says what happened or what to do about it.

Only `permanent` decides about retries: if it is true, a retry can't help.

The message says what happened and why. What to do next depends on where it is shown, so the command line and the
dashboard each add their own advice, by the error's `code` and with its `facts`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class ErrorSource(StrEnum):
    """Where an error occurred."""

    WORKER = "worker"
    STORE = "store"
    HTTP = "http"


class BriefAudioError(Exception):
    """Base of all errors. The message says what is wrong and where; each face adds what to do, by the code."""

    permanent: bool = False
    code: str = "failed"

    def __init__(
        self,
        message: str,
        *,
        permanent: bool | None = None,
        code: str | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        if permanent is not None:
            self.permanent = permanent
        if code is not None:
            self.code = code
        self._facts = dict(facts or {})  # kept as a dictionary because errors of a speech child are pickled

    @property
    def facts(self) -> Mapping[str, object]:
        """Return what the error is about, such as `{"job": 5}`; it cannot be changed."""
        return MappingProxyType(self._facts)


class InvalidInputError(BriefAudioError):
    """The input is invalid: correct the place named (file, line or JSON pointer) and submit it again."""

    permanent = True
    code = "invalid_input"


class NotFoundError(BriefAudioError):
    """Nothing has the requested name or ID: check it."""

    permanent = True
    code = "not_found"


class ConflictError(BriefAudioError):
    """The change conflicts with something that exists: decide which of the two to keep."""

    permanent = True
    code = "conflict"


class ChangedMeanwhileError(ConflictError):
    """Someone else changed it meanwhile: check their changes, then save again. Nothing was overwritten."""

    code = "changed_meanwhile"


class NotAllowedError(BriefAudioError):
    """The user lacks the role named in the message: ask someone who has it."""

    permanent = True
    code = "not_allowed"


class TryAgainError(BriefAudioError):
    """A temporary failure: retry in a moment. There is nothing to fix."""

    code = "try_again"


class QueueFullError(TryAgainError):
    """The queue is full: wait for some jobs to finish, or cancel some, and try again. Nothing was created."""

    code = "queue_full"


class StillCancellingError(TryAgainError):
    """The brief's cancelled job has not stopped yet: try again in a moment. Nothing was created."""

    code = "still_cancelling"


class SettingsError(BriefAudioError):
    """Settings are invalid: correct each one the message lists, then start again."""

    permanent = True
    code = "invalid_settings"


class SpeechError(BriefAudioError):
    """One try of one utterance failed; the next try may succeed."""

    code = "speech_failed"


class SpeechTimeoutError(SpeechError):
    """The voice exceeded its time limit; its process was replaced."""

    code = "speech_timeout"


class SpeechCrashedError(SpeechError):
    """The speech process ended unexpectedly; it was replaced."""

    code = "speech_crashed"


class BadSoundError(SpeechError):
    """The voice returned audio that is empty, silent, not finite or of an implausible length: try again."""

    code = "bad_sound"


class UnspeakableTextError(SpeechError):
    """The item's text contains nothing that can be spoken: edit the item."""

    permanent = True
    code = "unspeakable_text"


class OvergrownTextError(UnspeakableTextError):
    """Pronunciation rules make the item many times longer: shorten the rule that the message names."""

    code = "overgrown_text"


class VoiceUnavailableError(SpeechError):
    """The voice could not be loaded: read the reason, fix the installation or the setting, and retry the job."""

    code = "voice_unavailable"


class MasteringError(BriefAudioError):
    """The finished file could not be created or failed its checks; the job is retried."""

    code = "mastering_failed"


class StorageError(BriefAudioError):
    """Storage failed: nothing was published, and the job is retried later."""

    code = "storage_failed"


class StoreUnreachableError(StorageError):
    """The connection to storage failed: check the network. The job is retried later."""

    code = "store_unreachable"


class ObjectExistsError(StorageError):
    """An object with this name is already stored. Names are immutable, so nothing was written."""

    permanent = True
    code = "object_exists"


class ObjectMissingError(StorageError):
    """No object with this name is stored."""

    permanent = True
    code = "object_missing"


class StorageDeniedError(StorageError):
    """Storage refuses these credentials or this bucket: correct the settings."""

    permanent = True
    code = "storage_denied"


class StorageFullError(StorageError):
    """The disk or the quota is full: free some space. The job is retried later."""

    code = "storage_full"


class InvalidObjectNameError(StorageError):
    """The product never creates such a name: the caller is faulty or hostile."""

    permanent = True
    code = "invalid_object_name"


class LeaseLostError(BriefAudioError):
    """Another worker owns the work now: stop, and store and publish nothing."""

    permanent = True
    code = "lease_lost"


class AttemptTooLongError(BriefAudioError):
    """The attempt exceeded the time limit for its kind of work: retry it, or reduce the work."""

    code = "attempt_too_long"


class WorkCancelledError(BriefAudioError):
    """The work was cancelled: stop immediately and publish nothing."""

    permanent = True
    code = "work_cancelled"


class StoppingError(BriefAudioError):
    """The worker is shutting down: give the work back, unfinished and uncharged."""

    code = "stopping"
