"""What is made in the data folder is for its owner alone, whatever the folder above and the umask allow."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from brief_audio.domain.private_folders import close_to_others, make_private, private_opener


@pytest.fixture(params=[0o000, 0o022, 0o277], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.lstat().st_mode & 0o7777


@pytest.mark.usefixtures("umask")
def test_a_folder_and_those_above_it_are_made_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    make_private(tmp_path / "data" / "voices" / "joe")

    made = [tmp_path / "data", tmp_path / "data" / "voices", tmp_path / "data" / "voices" / "joe"]
    assert [mode(path) for path in made] == [0o700] * 3
    assert mode(tmp_path) == 0o777


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)

    make_private(tmp_path)

    assert mode(tmp_path) == 0o750


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match="file"):
        make_private(tmp_path / "file")


def test_a_file_is_made_private(tmp_path: Path) -> None:
    with open(tmp_path / "file", "w", opener=private_opener) as file:
        file.write("x")

    assert mode(tmp_path / "file") == 0o600


def test_an_open_folder_is_closed_with_all_that_is_in_it(tmp_path: Path) -> None:
    store, elsewhere = tmp_path / "store", tmp_path / "elsewhere"
    inner = store / "shows" / "dawn"
    inner.mkdir(parents=True)
    elsewhere.mkdir()
    (inner / "1.mp3").write_bytes(b"sound")
    (inner / "link").symlink_to(elsewhere)
    for path in (store, store / "shows", inner, elsewhere):
        path.chmod(0o755)
    (inner / "1.mp3").chmod(0o644)

    assert close_to_others(store)

    assert [mode(path) for path in (store, store / "shows", inner)] == [0o700] * 3
    assert (mode(inner / "1.mp3"), mode(elsewhere)) == (0o600, 0o755)
    assert not close_to_others(store)


def test_a_link_and_what_is_missing_are_left(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    elsewhere.chmod(0o755)
    (tmp_path / "store").symlink_to(elsewhere)

    assert not close_to_others(tmp_path / "store")
    assert not close_to_others(tmp_path / "none")
    assert mode(elsewhere) == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_what_belongs_to_another_user_is_left(tmp_path: Path) -> None:
    theirs = tmp_path / "store"
    theirs.mkdir()
    theirs.chmod(0o755)
    os.chown(theirs, 65534, 65534)

    assert not close_to_others(theirs)
    assert mode(theirs) == 0o755
