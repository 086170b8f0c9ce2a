"""Every error that the product raises on purpose; each docstring says what to do about it.

`permanent` is the only signal that decides about a retry: trying again cannot help when it is true.

The message says what happened and why. What to do next depends on where it is shown, so the command line and the
dashboard each add their own advice, by the error's `code` and with its `facts`.
"""

from collections.abc import Mapping
from types import MappingProxyType


class BriefAudioError(Exception):
    """Read the message: it says what is wrong, where, and how to mend it."""

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
    """Correct the named place (file, line or JSON pointer) in what was given, and give it again."""

    permanent = True
    code = "invalid_input"


class NotFoundError(BriefAudioError):
    """Look up the name or number that was asked for; nothing here has it."""

    permanent = True
    code = "not_found"


class ConflictError(BriefAudioError):
    """Something else stands there already: decide which of the two shall hold."""

    permanent = True
    code = "conflict"


class ChangedMeanwhileError(ConflictError):
    """Look at what somebody else made of it in the meantime, then save again; nothing was overwritten."""

    code = "changed_meanwhile"


class NotAllowedError(BriefAudioError):
    """Ask somebody with the role that the message names."""

    permanent = True
    code = "not_allowed"


class TryAgainError(BriefAudioError):
    """Do the same thing again in a moment; nothing needs mending."""

    code = "try_again"


class QueueFullError(TryAgainError):
    """Wait until some of the queued jobs are done, or cancel some, and ask again; nothing was made."""

    code = "queue_full"


class StillCancellingError(TryAgainError):
    """Ask again in a moment: the worker has yet to let go of the brief's cancelled job; nothing was made."""

    code = "still_cancelling"


class SettingsError(BriefAudioError):
    """Correct every setting that the message lists, then start again."""

    permanent = True
    code = "invalid_settings"


class SpeechError(BriefAudioError):
    """One try of one utterance is lost; the next try may well succeed."""

    code = "speech_failed"


class SpeechTimeoutError(SpeechError):
    """The voice took longer than its time limit; its process was replaced."""

    code = "speech_timeout"


class SpeechCrashedError(SpeechError):
    """The process that spoke ended by itself; it was replaced."""

    code = "speech_crashed"


class BadSoundError(SpeechError):
    """What the voice returned is empty, silent, not finite or of an impossible length; speak it again."""

    code = "bad_sound"


class UnspeakableTextError(SpeechError):
    """The text of the item holds nothing that can be said: edit the item."""

    permanent = True
    code = "unspeakable_text"


class VoiceUnavailableError(SpeechError):
    """The voice could not be loaded: read the reason, mend the installation or the setting, retry the job."""

    code = "voice_unavailable"


class MasteringError(BriefAudioError):
    """The finished file failed its own checks or could not be made: the job tries again."""

    code = "mastering_failed"


class StorageError(BriefAudioError):
    """The store did not answer as it should: nothing was published, the job tries again later."""

    code = "storage_failed"


class StoreUnreachableError(StorageError):
    """The line to the store failed: see that the network reaches it; the job tries again later."""

    code = "store_unreachable"


class ObjectExistsError(StorageError):
    """An object of that name is stored already; names are immutable, so nothing was written."""

    permanent = True
    code = "object_exists"


class ObjectMissingError(StorageError):
    """No object of that name is stored."""

    permanent = True
    code = "object_missing"


class StorageDeniedError(StorageError):
    """The store refuses these credentials or this bucket: correct the settings."""

    permanent = True
    code = "storage_denied"


class StorageFullError(StorageError):
    """The disk or the quota is full: free some space; the job tries again later."""

    code = "storage_full"


class InvalidObjectNameError(StorageError):
    """The name is not one that the product makes: whatever asked for it is wrong or hostile."""

    permanent = True
    code = "invalid_object_name"


class LeaseLostError(BriefAudioError):
    """Another worker owns the work now: stop, store nothing, publish nothing."""

    permanent = True
    code = "lease_lost"


class AttemptTooLongError(BriefAudioError):
    """The attempt took longer than its kind of work may: let it be tried again, or say what would take less time."""

    code = "attempt_too_long"


class WorkCancelledError(BriefAudioError):
    """The work is to end, as a person asked: stop at once, publish nothing."""

    permanent = True
    code = "work_cancelled"


class StoppingError(BriefAudioError):
    """The worker was told to stop: give the work back, unfinished and uncharged."""

    code = "stopping"
