"""The secret key that `run` keeps."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from brief_audio.config.secret_key import kept_secret_key


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = kept_secret_key(tmp_path / "data")

    assert kept_secret_key(tmp_path / "data") == first
    assert len(first) >= 48
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    key = kept_secret_key(tmp_path)
    (tmp_path / "secret-key").chmod(0o644)

    assert kept_secret_key(tmp_path) == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_many_commands_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: kept_secret_key(tmp_path), range(40)))

    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]
