"""Lets speech children import the engines of these tests, and finds the children of a process."""

import sys
import time
from pathlib import Path

import pytest

from brief_audio.speech.coqui import stand_in

# A spawned child gets this process's sys.path, and imports its engine's factory by name.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory):
    """A folder for converted voices; its name has a space, as users' folders have."""
    return tmp_path_factory.mktemp("converted voices")


@pytest.fixture(scope="session", autouse=True)
def torchaudio_or_its_stand_in():
    """Coqui remembers a first import without it, so that whichever test comes first must find it."""
    stand_in.install()


@pytest.fixture
def eventually():
    return wait_until


def wait_until(is_true, seconds=30):
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
