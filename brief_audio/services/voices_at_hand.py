"""Speech for whoever must not wait: a voice is known within a moment, or counts as unknown."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.base import SpeechService, VoiceIdentity, go_on

MOMENT_SECONDS = 1.0


class VoicesAtHand:
    """The identities that `speech` can tell at once, without a download and without a long look at a large model.

    A model that takes longer is looked at to the end all the same, beside, so that the next one who asks is told.
    """

    def __init__(self, speech: SpeechService, seconds: float = MOMENT_SECONDS) -> None:
        self._speech = speech
        self._seconds = seconds

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Return what `SpeechService.identify` does; raise `VoiceUnavailableError` where that takes longer."""
        check()
        beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice-at-hand")
        looking: Future[VoiceIdentity] = beside.submit(self._speech.identify, voice, _refuse)
        beside.shutdown(wait=False)
        try:
            return looking.result(timeout=self._seconds)
        except NotYetError:
            raise VoiceUnavailableError(f"the voice {voice!r} is not known within {self._seconds:g} s") from None


def _refuse() -> None:
    raise VoiceUnavailableError("a model that has yet to be downloaded is left to the workers")
