"""A voice in memory is of the model that was asked for, whatever becomes of the files meanwhile."""

import gc
import weakref
from dataclasses import dataclass, field

import pytest

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.base import VoiceIdentity
from brief_audio.speech.coqui.loaded_voice import LoadedVoiceHolder
from brief_audio.speech.packaged_voices import JOE


def identity(model):
    return VoiceIdentity(engine="coqui", voice="joe", model_sha256=model, phonemiser="none")


class Voice:
    """Knows the model that it was loaded from."""

    def __init__(self, model):
        self.model = model


@dataclass
class Source:
    """Files that hold `model`; loading calls `at_load`, as somebody might exchange them then."""

    model: str = "old"
    card: object = JOE.card
    loads: list = field(default_factory=list)
    at_load: object = None

    def identify(self):
        return identity(self.model)

    def load(self):
        self.loads.append(self.model)
        voice = Voice(self.model)
        if self.at_load:
            self.at_load()
        return voice


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def held(source):
    return LoadedVoiceHolder(source, wait_seconds=30)


def test_without_an_identity_it_is_whichever_is_there(held, source):
    first = held.get()
    source.model = "new"

    assert held.get() is first
    assert source.loads == ["old"]


def test_the_same_identity_loads_once(held, source):
    assert held.get(identity("old")) is held.get(identity("old"))
    assert source.loads == ["old"]


def test_an_exchanged_model_is_loaded_in_the_place_of_the_old_one(held, source):
    old = weakref.ref(held.get(identity("old")))
    source.model, source.at_load = "new", lambda: gone.append(old() is None)
    gone = []

    assert held.get(identity("new")).model == "new"
    assert source.loads == ["old", "new"]
    assert gone == [True]  # there is never memory for two


def test_what_is_in_memory_stays_good_for_those_who_began_with_it(held, source):
    held.get(identity("old"))
    source.model = "new"

    assert held.get(identity("old")).model == "old"
    assert source.loads == ["old"]


@pytest.mark.parametrize("is_loaded", [False, True])
def test_a_model_that_is_no_longer_there_is_refused_and_nothing_loaded_for_it(held, source, is_loaded):
    if is_loaded:
        held.get()
    source_loads = list(source.loads)

    with pytest.raises(VoiceUnavailableError, match="'joe' were replaced while it was in use; try again") as raised:
        held.get(identity("older"))

    assert not raised.value.permanent
    assert source.loads == source_loads


def test_files_exchanged_while_they_are_loaded_are_not_taken_for_either(held, source):
    def exchange():
        source.model = "new"

    source.at_load = exchange

    with pytest.raises(VoiceUnavailableError, match="replaced"):
        held.get(identity("old"))
    assert held.get(identity("new")).model == "new"


def test_what_is_cleared_is_loaded_again(held, source):
    held.get()

    held.clear()
    gc.collect()

    assert held.get(identity("old")).model == "old"
    assert source.loads == ["old", "old"]
