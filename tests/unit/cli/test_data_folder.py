"""The data folder at a start: its own mode stays, what is ours in it is closed to other users."""

from pathlib import Path

import pytest

from brief_audio.bootstrap import OUR_FOLDERS, build_store, prepare_data_folder
from brief_audio.config.settings import Settings


def settings_of(folder: Path) -> Settings:
    return Settings.from_env({"BRIEF_DATA_DIR": str(folder)}, processors=1, needs_secret=False)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_missing_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    prepare_data_folder(settings_of(tmp_path / "data"))

    assert mode(tmp_path / "data") == 0o700


def test_what_an_older_version_left_open_is_closed_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for name in OUR_FOLDERS:
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name).chmod(0o755)
        (tmp_path / name / "inner").chmod(0o755)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine").chmod(0o755)
    tmp_path.chmod(0o755)

    prepare_data_folder(settings_of(tmp_path))

    assert {mode(path) for name in OUR_FOLDERS for path in (tmp_path / name, tmp_path / name / "inner")} == {0o700}
    assert (mode(tmp_path), mode(tmp_path / "mine")) == (0o755, 0o755)
    assert caplog.text.count("to other users") == len(OUR_FOLDERS)


def test_the_store_of_a_fresh_data_folder_is_one_of_ours(tmp_path: Path) -> None:
    store = build_store(settings_of(tmp_path))

    assert store.place("narrations/00/" + "0" * 64 + ".flac").startswith(f"{tmp_path / OUR_FOLDERS[0]}/")
