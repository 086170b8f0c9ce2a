"""Speak one text outside any brief, to try out a voice."""

import math
import time
from concurrent.futures import Future
from dataclasses import dataclass

from brief_audio.domain.audio import Sound, joined, silence
from brief_audio.domain.errors import InvalidInputError, UnspeakableTextError
from brief_audio.domain.narration_key import narration_key, utterance_seed
from brief_audio.domain.script import Script
from brief_audio.domain.text.script_writer import write_script
from brief_audio.mastering.base import Pauses
from brief_audio.speech.base import SpeechRequest, SpeechService

LANGUAGE_UNLESS_KNOWN = "en-US"


@dataclass(frozen=True, slots=True)
class SpokenSample:
    """A spoken text, and the time it took, which may include loading the voice."""

    sound: Sound
    utterances: int
    work_seconds: float

    @property
    def real_time_factor(self) -> float:
        """Return the seconds of work per second of audio."""
        return self.work_seconds / self.sound.duration_seconds


def say_text(speech: SpeechService, text: str, *, voice: str, speed: float) -> SpokenSample:
    """Speak `text` like the body of an item: with the same script, the same seeds and the default pauses.

    Raise `NotFoundError` for an unknown voice, `InvalidInputError` for a text without speakable content or an
    impossible speed, or the `SpeechError` of the first utterance that fails; nothing is retried.
    """
    if not math.isfinite(speed):  # it cannot be part of a key; the voice checks all other limits
        raise InvalidInputError(f"speed {speed:g} is not possible")
    began = time.monotonic()
    identity = speech.identify(voice)
    language = next((card.language for card in speech.voices() if card.name == voice), LANGUAGE_UNLESS_KNOWN)
    script = script_of(text, language)
    key = narration_key(
        script,
        engine=identity.engine,
        voice=identity.voice,
        model_sha256=identity.model_sha256,
        phonemiser=identity.phonemiser,
        speed=speed,
        take=0,
    )
    futures = [
        speech.submit(SpeechRequest(voice, utterance.spoken, utterance_seed(key, number), speed, identity))
        for number, utterance in enumerate(script.utterances)
    ]
    sound = _joined(speech, futures)
    return SpokenSample(sound, len(futures), time.monotonic() - began)


def script_of(text: str, language: str) -> Script:
    """Return the script of a text outside any brief; raise `InvalidInputError` if nothing in it can be spoken."""
    try:
        return write_script("", text, language=language)
    except UnspeakableTextError:
        raise InvalidInputError("the text has no letters or digits, so there is nothing to say") from None


def _joined(speech: SpeechService, futures: list[Future[Sound]]) -> Sound:
    """Return the sounds in order, with pauses between them; after an error, cancel the rest."""
    try:
        sounds = [future.result() for future in futures]
    finally:
        speech.cancel_all(futures)
    rate_hz = sounds[0].rate_hz
    pause = silence(Pauses().after_sentence_ms, rate_hz)
    parts = [part for sound in sounds for part in (sound.samples, pause)]
    return Sound(joined(parts[:-1]), rate_hz)
