"""A speech service that answers at once, in this process."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import SpeechError
from brief_audio.speech.base import SpeechRequest, VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.tone import ToneEngine


class FakeSpeech:
    """The tone engine behind futures; it fails at texts that hold `fails_at`."""

    def __init__(self, fails_at: str = "nothing that is said") -> None:
        self._engine = ToneEngine()
        self._fails_at = fails_at
        self.requests: list[SpeechRequest] = []
        self.cancelled: list[Future[Sound]] = []

    def voices(self) -> tuple[VoiceCard, ...]:
        return self._engine.voices()

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        return self._engine.identify(voice, check)

    def submit(self, request: SpeechRequest) -> Future[Sound]:
        self.requests.append(request)
        future: Future[Sound] = Future()
        if self._fails_at in request.text:
            future.set_exception(SpeechError("the voice failed"))
        else:
            future.set_result(self._engine.speak(request))
        return future

    def cancel_all(self, futures: Iterable[Future[Sound]]) -> None:
        self.cancelled.extend(futures)

    def close(self) -> None:
        pass
