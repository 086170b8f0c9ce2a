"""A speech service without child processes, around any engine: for tests that watch what is spoken."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import SpeechCrashedError, UnspeakableTextError, VoiceUnavailableError
from brief_audio.speech.base import SpeechEngine, SpeechRequest, VoiceCard, VoiceIdentity, go_on
from brief_audio.speech.tone import ToneEngine


class FaultyEngine(ToneEngine):
    """Speaks as the tone does, but fails where the text tells it to."""

    def __init__(self) -> None:
        super().__init__()
        self.spoken: list[str] = []

    def speak(self, request: SpeechRequest) -> Sound:
        self.spoken.append(request.text)
        if "garbled" in request.text:
            raise UnspeakableTextError("this text cannot be said")
        if "crash" in request.text or ("wobble" in request.text and self.spoken.count(request.text) == 1):
            raise SpeechCrashedError("the speech process ended")
        if "silent model" in request.text:
            raise VoiceUnavailableError("the voice could not be loaded", permanent=True)
        return super().speak(request)


class ThreadSpeech:
    """`SpeechService` over one engine in this process."""

    def __init__(self, engine: SpeechEngine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(2)

    def voices(self) -> tuple[VoiceCard, ...]:
        return self._engine.voices()

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        return self._engine.identify(voice, check)

    def submit(self, request: SpeechRequest) -> Future[Sound]:
        return self._pool.submit(self._engine.speak, request)

    def cancel_all(self, futures: Iterable[Future[Sound]]) -> None:
        for future in futures:
            future.cancel()

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
