"""Engines by name, in a form that a child process can be given."""

import pickle
import sys
from pathlib import Path

import pytest

from brief_audio.domain.errors import NotFoundError
from brief_audio.speech.coqui import torchaudio_stand_in
from brief_audio.speech.engines import ENGINE_NAMES, engine_factory


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_a_factory_makes_the_engine_of_its_name_also_after_a_journey(tmp_path, name):
    factory = engine_factory(name, model_dir=tmp_path / "a folder", load_seconds=5)

    assert factory().name == name
    assert pickle.loads(pickle.dumps(factory))().name == name


def test_an_unknown_engine_is_refused_by_name():
    with pytest.raises(NotFoundError, match=r"no engine 'espeak'; available: coqui, tone"):
        engine_factory("espeak", model_dir=Path(), load_seconds=5)


def test_a_stand_in_says_what_is_missing_when_it_is_used():
    assert torchaudio_stand_in.install_stand_ins(("no_such_torch_part", "json")) == ("no_such_torch_part",)
    try:
        with pytest.raises(AttributeError, match=r"no_such_torch_part\.load needs the real no_such_torch_part: Module"):
            getattr(sys.modules["no_such_torch_part"], "load")  # noqa: B009
    finally:
        del sys.modules["no_such_torch_part"]
