"""A voice is known within a moment or counts as unknown: whoever asks for a page never waits for a model."""

import threading
import time
from collections.abc import Callable

import pytest

from brief_audio.domain.errors import NotFoundError, VoiceUnavailableError
from brief_audio.services.making.voices_with_timeout import VoicesWithTimeout
from brief_audio.speech.base import VoiceIdentity, go_on
from tests.unit.services.fake_speech import FakeSpeech

JOE = VoiceIdentity("large", "joe", "0" * 64, "none")


class Slow(FakeSpeech):
    """Looks at a model until told that it is done."""

    def __init__(self) -> None:
        super().__init__()
        self.done = threading.Event()

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        self.done.wait(10)
        return JOE


class Absent(FakeSpeech):
    """Has to download its model, and asks first."""

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        check()
        return JOE


def test_what_is_at_hand_is_told() -> None:
    speech = FakeSpeech()

    assert VoicesWithTimeout(speech).identify("tone") == speech.identify("tone")


def test_a_large_model_is_unknown_after_a_moment_and_looked_at_to_its_end() -> None:
    slow = Slow()
    began = time.monotonic()

    with pytest.raises(VoiceUnavailableError, match=r"not identified within 0\.05 s"):
        VoicesWithTimeout(slow, seconds=0.05).identify("joe")

    assert time.monotonic() - began < 5
    slow.done.set()


def test_no_download_is_begun() -> None:
    with pytest.raises(VoiceUnavailableError, match="only workers download models"):
        VoicesWithTimeout(Absent()).identify("joe")


def test_an_unknown_voice_stays_unknown() -> None:
    with pytest.raises(NotFoundError):
        VoicesWithTimeout(FakeSpeech()).identify("nobody")
