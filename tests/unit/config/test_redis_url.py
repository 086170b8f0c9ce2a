"""Where requests may be counted: a Redis, named by its address, whose password is never shown."""

import pytest

from brief_audio.config.settings import Settings
from brief_audio.domain.errors import SettingsError

KEY = "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"


def settings(redis_url: str) -> Settings:
    return Settings.from_env({"BRIEF_REDIS_URL": redis_url}, processors=1, secret_key=KEY)


@pytest.mark.parametrize("url", ["redis://cache:6379/0", "rediss://:p%40ss@cache/15", "redis://127.0.0.1"])
def test_an_address_is_taken_and_its_password_not_shown(url: str) -> None:
    found = settings(url)

    assert found.redis_url == url
    assert "p%40ss" not in repr(found)


def test_without_one_the_database_counts() -> None:
    assert settings("").redis_url is None


@pytest.mark.parametrize(
    "url",
    ["http://cache", "cache:6379", "redis://", "redis://cache:0", "redis://cache:x/0", "redis://:secret/a/b@cache/0"],
)
def test_what_is_no_address_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError, match="BRIEF_REDIS_URL: it must") as raised:
        settings(url)

    assert "a/b" not in str(raised.value)


@pytest.mark.parametrize("path", ["/0/1", "/zero", "/٣"])
def test_a_database_of_redis_is_a_number(path: str) -> None:
    with pytest.raises(SettingsError, match="BRIEF_REDIS_URL"):
        settings(f"redis://cache{path}")
