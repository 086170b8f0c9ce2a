"""A voice whose files are missing or damaged: told clearly, nothing published, and it goes on once they are mended."""

import os
from pathlib import Path
from shutil import copy, copytree

import pytest
from sqlalchemy import text

from tests.e2e.faults.friday import Friday
from tests.e2e.product import Product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ONE = "The bridge opens late."


@pytest.fixture(scope="session")
def joe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the default voice, converted for Coqui."""
    folder = tmp_path_factory.mktemp("voice")
    speaker = Product(folder / "data", engine="coqui")
    said = speaker.command("voices", "say", "Good morning.", str(folder / "said.wav"))
    assert said.returncode == 0, said.stderr.decode()
    return speaker.data_dir / "voices" / "joe"


@pytest.fixture
def own_model(friday: Friday, tmp_path: Path) -> Path:
    """The checkpoint that the settings name for the show's voice; it is not there yet, its configuration is."""
    folder = tmp_path / "a model of our own"
    folder.mkdir()
    friday.product.engine = "coqui"
    friday.product.extra |= {
        "BRIEF_COQUI_CHECKPOINT": str(folder / "model.pth"),
        "BRIEF_COQUI_CONFIG": str(folder / "config.json"),
    }
    friday.write(ONE)  # whereby the database comes to know the voice
    with friday.database.transaction() as session:
        session.execute(text("UPDATE show SET voice_id = (SELECT id FROM voice WHERE name = 'custom')"))
    return folder / "model.pth"


def test_a_checkpoint_that_is_missing_fails_the_job_with_the_settings_name(
    friday: Friday, own_model: Path, joe: Path
) -> None:
    """Red without `except VoiceUnavailableError` in `brief_audio/services/making/up_to_date.py:up_to_date`."""
    before = friday.current_edition()
    copy(joe / "config.json", own_model.parent)
    friday.ask()

    friday.turn()

    job = friday.job()
    assert (job.status, job.attempt) == ("failed", 1)
    assert f"cannot read {own_model}" in (job.error or "")
    assert "BRIEF_COQUI_CHECKPOINT" in (job.error or "")
    friday.assert_untouched(before)


def test_a_checkpoint_that_is_damaged_is_told_and_the_mended_one_speaks(
    friday: Friday, own_model: Path, joe: Path
) -> None:
    """Red without `_failures_told` in `brief_audio/speech/coqui/voice_loading.py:load_own`."""
    before = friday.current_edition()
    copy(joe / "config.json", own_model.parent)
    copy(joe / "model.pth", own_model)
    os.truncate(own_model, own_model.stat().st_size // 2)
    friday.ask()

    friday.turn()

    job = friday.job()
    assert (job.status, job.attempt) in [("failed", 1), ("queued", 1)]
    assert f"cannot load the voice 'custom' from {own_model}" in (job.error or "")
    assert friday.current_edition() == before
    friday.assert_tidy()

    copy(joe / "model.pth", own_model)
    friday.make_due()
    if job.status == "failed":
        friday.retry()
    friday.turn()

    friday.published(2)


def test_a_converted_voice_that_is_damaged_is_made_again(friday: Friday, joe: Path) -> None:
    """Red without `_sums` in `brief_audio/speech/coqui/cached_folder.py:_is_whole`."""
    voice = friday.product.data_dir / "voices" / "joe"
    copytree(joe, voice)
    whole = (voice / "model.pth").read_bytes()
    os.truncate(voice / "model.pth", len(whole) // 2)
    friday.product.engine = "coqui"
    friday.write(ONE)
    friday.ask()

    friday.turn()

    friday.published(2)
    assert (voice / "model.pth").read_bytes() == whole
    assert [path.name for path in voice.parent.iterdir() if path.name.startswith(".")] == []
