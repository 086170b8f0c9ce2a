"""Lets speech children import the engines of these tests, and finds the children of a process."""

import sys
import time
from pathlib import Path

import pytest

from brief_audio.speech.coqui import CoquiEngine, torchaudio_stand_in
from tests.made_once import made_once

# A spawned child gets this process's sys.path, and imports its engine's factory by name.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory):
    """A folder with the voice converted; its name has a space, as users' folders have."""
    return made_once(tmp_path_factory, "converted voices", lambda folder: CoquiEngine(folder).load("joe"))


@pytest.fixture(scope="session")
def engine(model_dir):
    """The voice in memory, for all that only let it speak."""
    made = CoquiEngine(model_dir)
    made.load("joe")
    return made


@pytest.fixture(scope="session", autouse=True)
def torchaudio_or_its_stand_in():
    """Coqui remembers a first import without it, so that whichever test comes first must find it."""
    torchaudio_stand_in.install_stand_ins()


@pytest.fixture
def eventually():
    return wait_until


def wait_until(is_true, seconds=30):
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
