"""Identify voices for callers that must not wait: a voice that takes longer counts as unavailable."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.base import SpeechService, VoiceIdentity, go_on

MOMENT_SECONDS = 1.0


class VoicesWithTimeout:
    """The voices that `speech` can identify at once, without a download and without hashing a large model.

    A model that takes longer is still identified in the background, so that the next call succeeds.
    """

    def __init__(self, speech: SpeechService, seconds: float = MOMENT_SECONDS) -> None:
        self._speech = speech
        self._seconds = seconds

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        """Call `SpeechService.identify`; raise `VoiceUnavailableError` if it takes too long."""
        check()
        beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice-at-hand")
        looking: Future[VoiceIdentity] = beside.submit(self._speech.identify, voice, _refuse)
        beside.shutdown(wait=False)
        try:
            return looking.result(timeout=self._seconds)
        except NotYetError:
            raise VoiceUnavailableError(f"the voice {voice!r} was not identified within {self._seconds:g} s") from None


def _refuse() -> None:
    raise VoiceUnavailableError("the model is not downloaded yet; only workers download models")
