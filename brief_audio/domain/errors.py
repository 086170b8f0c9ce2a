"""Every error the product raises on purpose; each docstring says what happened or what to do about it.

Only `permanent` decides about retries: if it is true, a retry can't help.
"""


class BriefAudioError(Exception):
    """Base of all errors. The message says what is wrong, where, and how to fix it."""

    permanent: bool = False

    def __init__(self, message: str, *, permanent: bool | None = None) -> None:
        super().__init__(message)
        if permanent is not None:
            self.permanent = permanent


class InvalidInputError(BriefAudioError):
    """The input is invalid: correct the place named (file, line or JSON pointer) and submit it again."""

    permanent = True


class NotFoundError(BriefAudioError):
    """Nothing has the requested name or ID: check it."""

    permanent = True


class ConflictError(BriefAudioError):
    """The change conflicts with something that exists: decide which of the two to keep."""

    permanent = True


class ChangedMeanwhileError(ConflictError):
    """Someone else changed it meanwhile: check their changes, then save again. Nothing was overwritten."""


class NotAllowedError(BriefAudioError):
    """The user lacks the role named in the message: ask someone who has it."""

    permanent = True


class TryAgainError(BriefAudioError):
    """A temporary failure: retry in a moment. There is nothing to fix."""


class QueueFullError(TryAgainError):
    """The queue is full: wait for some jobs to finish, or cancel some, and try again. Nothing was created."""


class StillCancellingError(TryAgainError):
    """The brief's cancelled job has not stopped yet: try again in a moment. Nothing was created."""


class SettingsError(BriefAudioError):
    """Settings are invalid: correct each one the message lists, then start again."""

    permanent = True


class SpeechError(BriefAudioError):
    """One try of one utterance failed; the next try may succeed."""


class SpeechTimeoutError(SpeechError):
    """The voice exceeded its time limit; its process was replaced."""


class SpeechCrashedError(SpeechError):
    """The speech process ended unexpectedly; it was replaced."""


class BadSoundError(SpeechError):
    """The voice returned audio that is empty, silent, not finite or of an implausible length: try again."""


class UnspeakableTextError(SpeechError):
    """The item's text contains nothing that can be spoken: edit the item."""

    permanent = True


class OvergrownTextError(UnspeakableTextError):
    """Pronunciation rules make the item many times longer: shorten the rule that the message names."""


class VoiceUnavailableError(SpeechError):
    """The voice could not be loaded: read the reason, fix the installation or the setting, and retry the job."""


class MasteringError(BriefAudioError):
    """The finished file could not be created or failed its checks; the job is retried."""


class StorageError(BriefAudioError):
    """Storage failed: nothing was published, and the job is retried later."""


class StoreUnreachableError(StorageError):
    """The connection to storage failed: check the network. The job is retried later."""


class ObjectExistsError(StorageError):
    """An object with this name is already stored. Names are immutable, so nothing was written."""

    permanent = True


class ObjectMissingError(StorageError):
    """No object with this name is stored."""

    permanent = True


class StorageDeniedError(StorageError):
    """Storage refuses these credentials or this bucket: correct the settings."""

    permanent = True


class StorageFullError(StorageError):
    """The disk or the quota is full: free some space. The job is retried later."""


class InvalidObjectNameError(StorageError):
    """The product never creates such a name: the caller is faulty or hostile."""

    permanent = True


class LeaseLostError(BriefAudioError):
    """Another worker owns the work now: stop, and store and publish nothing."""

    permanent = True


class AttemptTooLongError(BriefAudioError):
    """The attempt exceeded the time limit for its kind of work: retry it, or reduce the work."""


class WorkCancelledError(BriefAudioError):
    """The work was cancelled: stop immediately and publish nothing."""

    permanent = True


class StoppingError(BriefAudioError):
    """The worker is shutting down: give the work back, unfinished and uncharged."""
