"""Every error that the product raises on purpose; each docstring says what to do about it.

`permanent` is the only signal that decides about a retry: trying again cannot help when it is true.
"""


class BriefAudioError(Exception):
    """Read the message: it says what is wrong, where, and how to mend it."""

    permanent: bool = False

    def __init__(self, message: str, *, permanent: bool | None = None) -> None:
        super().__init__(message)
        if permanent is not None:
            self.permanent = permanent


class InvalidInputError(BriefAudioError):
    """Correct the named place (file, line or JSON pointer) in what was given, and give it again."""

    permanent = True


class NotFoundError(BriefAudioError):
    """Look up the name or number that was asked for; nothing here has it."""

    permanent = True


class ConflictError(BriefAudioError):
    """Something else stands there already: decide which of the two shall hold."""

    permanent = True


class ChangedMeanwhileError(ConflictError):
    """Look at what somebody else made of it in the meantime, then save again; nothing was overwritten."""


class NotAllowedError(BriefAudioError):
    """Ask somebody with the role that the message names."""

    permanent = True


class TryAgainError(BriefAudioError):
    """Do the same thing again in a moment; nothing needs mending."""


class QueueFullError(TryAgainError):
    """Wait until some of the queued jobs are done, or cancel some, and ask again; nothing was made."""


class StillCancellingError(TryAgainError):
    """Ask again in a moment: the worker has yet to let go of the brief's cancelled job; nothing was made."""


class SettingsError(BriefAudioError):
    """Correct every setting that the message lists, then start again."""

    permanent = True


class SpeechError(BriefAudioError):
    """One try of one utterance is lost; the next try may well succeed."""


class SpeechTimeoutError(SpeechError):
    """The voice took longer than its time limit; its process was replaced."""


class SpeechCrashedError(SpeechError):
    """The process that spoke ended by itself; it was replaced."""


class BadSoundError(SpeechError):
    """What the voice returned is empty, silent, not finite or of an impossible length; speak it again."""


class UnspeakableTextError(SpeechError):
    """The text of the item holds nothing that can be said: edit the item."""

    permanent = True


class OvergrownTextError(UnspeakableTextError):
    """Pronunciation rules make the item many times longer: shorten the rule that the message names."""


class VoiceUnavailableError(SpeechError):
    """The voice could not be loaded: read the reason, mend the installation or the setting, retry the job."""


class MasteringError(BriefAudioError):
    """The finished file failed its own checks or could not be made: the job tries again."""


class StorageError(BriefAudioError):
    """The store did not answer as it should: nothing was published, the job tries again later."""


class StoreUnreachableError(StorageError):
    """The line to the store failed: see that the network reaches it; the job tries again later."""


class ObjectExistsError(StorageError):
    """An object of that name is stored already; names are immutable, so nothing was written."""

    permanent = True


class ObjectMissingError(StorageError):
    """No object of that name is stored."""

    permanent = True


class StorageDeniedError(StorageError):
    """The store refuses these credentials or this bucket: correct the settings."""

    permanent = True


class StorageFullError(StorageError):
    """The disk or the quota is full: free some space; the job tries again later."""


class InvalidObjectNameError(StorageError):
    """The name is not one that the product makes: whatever asked for it is wrong or hostile."""

    permanent = True


class LeaseLostError(BriefAudioError):
    """Another worker owns the work now: stop, store nothing, publish nothing."""

    permanent = True


class AttemptTooLongError(BriefAudioError):
    """The attempt took longer than its kind of work may: let it be tried again, or say what would take less time."""


class WorkCancelledError(BriefAudioError):
    """The work is to end, as a person asked: stop at once, publish nothing."""

    permanent = True


class StoppingError(BriefAudioError):
    """The worker was told to stop: give the work back, unfinished and uncharged."""
