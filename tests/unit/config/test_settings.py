"""Settings: typed, checked all at once, secrets from files, nothing shown that should not be."""

from pathlib import Path

import pytest

from brief_audio.config.settings import Settings
from brief_audio.domain.errors import SettingsError

GOOD_SECRET = "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"


def read(**env: str) -> Settings:
    return Settings.from_env({"SECRET_KEY": GOOD_SECRET, **env}, processors=2)


def test_everything_has_a_default_but_the_secret() -> None:
    settings = read()

    assert (settings.port, settings.public_url) == (8000, "http://127.0.0.1:8000")
    assert (settings.engine, settings.storage, settings.log_format) == ("coqui", "local", "text")
    assert (settings.utterance_seconds, settings.poll_seconds, settings.speech_processes) == (60.0, 2.0, 2)
    assert settings.database_url is None


def test_the_data_folder_is_absolute_at_once() -> None:
    assert read(BRIEF_DATA_DIR="here/var").data_dir == Path.cwd() / "here" / "var"


def test_every_problem_is_reported_in_one_go() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(
            {
                "PORT": "http",
                "BRIEF_ENGINE": "parrot",
                "BRIEF_UTTERANCE_SECONDS": "-1",
                "BRIEF_PUBLIC_URL": "example.org",
                "DATABASE_URL": "mysql://user:hunter2@host/db",
            },
            processors=2,
        )

    lines = str(caught.value).splitlines()[1:]
    assert [line.strip().split("=")[0].split(":")[0] for line in lines] == [
        "PORT",
        "DATABASE_URL",
        "SECRET_KEY",
        "BRIEF_PUBLIC_URL",
        "BRIEF_ENGINE",
        "BRIEF_UTTERANCE_SECONDS",
    ]
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("weak", ["", "secret", "short", "a" * 64, "change-me-" * 4])
def test_a_weak_or_missing_secret_is_refused(weak: str) -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        Settings.from_env({"SECRET_KEY": weak}, processors=2)


def test_a_secret_is_never_shown() -> None:
    assert GOOD_SECRET not in repr(read())


def test_a_command_that_serves_nobody_needs_no_secret() -> None:
    assert Settings.from_env({}, processors=2, needs_secret=False).secret_key == ""


def test_run_may_bring_a_secret_of_its_own() -> None:
    assert Settings.from_env({}, processors=2, secret_key=GOOD_SECRET).secret_key == GOOD_SECRET


def test_a_secret_can_be_given_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(GOOD_SECRET + "\n", encoding="ascii")

    settings = Settings.from_env({"SECRET_KEY_FILE": str(tmp_path / "key")}, processors=2)

    assert settings.secret_key == GOOD_SECRET


def test_a_secret_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"SECRET_KEY_FILE=.*can't be read"):
        Settings.from_env({"SECRET_KEY_FILE": str(tmp_path / "none")}, processors=2)


@pytest.mark.parametrize("content", ["", " \n"])
def test_an_empty_secret_file_is_a_problem_and_never_another_database(tmp_path: Path, content: str) -> None:
    path = tmp_path / "address"
    path.write_text(content)

    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"DATABASE_URL_FILE": str(path), "SECRET_KEY_FILE": str(path)}, processors=2)

    assert str(caught.value).splitlines()[1:] == [
        f"  DATABASE_URL_FILE={str(path)!r}: the file is empty",
        f"  SECRET_KEY_FILE={str(path)!r}: the file is empty",
    ]


def test_what_is_wrong_in_a_secret_file_is_told_with_the_file_and_without_the_secret(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hunter2")

    with pytest.raises(SettingsError) as caught:
        Settings.from_env(
            {"DATABASE_URL_FILE": str(tmp_path / "key"), "SECRET_KEY_FILE": str(tmp_path / "key")}, processors=2
        )

    assert f"DATABASE_URL_FILE={str(tmp_path / 'key')!r}: it must begin with" in str(caught.value)
    assert f"SECRET_KEY_FILE={str(tmp_path / 'key')!r}: it is too weak" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_secret_given_twice_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(GOOD_SECRET, encoding="ascii")

    with pytest.raises(SettingsError, match="keep only one"):
        read(SECRET_KEY_FILE=str(tmp_path / "key"))


def test_misspelt_names_are_listed() -> None:
    assert read(BRIEF_ENGIN="tone", BRIEF_ENGINE="tone").unknown == ("BRIEF_ENGIN",)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_both_spellings_of_a_database_address_work(scheme: str) -> None:
    assert read(DATABASE_URL=f"{scheme}://me@db/briefs").database_url == f"{scheme}://me@db/briefs"


def test_the_port_moves_the_site() -> None:
    assert read(PORT="8123").public_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize("given", [{}, {"BRIEF_PUBLIC_URL": " "}, {"PORT": "81"}])
def test_an_address_that_was_not_given_is_known_as_such(given: dict[str, str]) -> None:
    assert not read(**given).has_public_url
    assert read(**given | {"BRIEF_PUBLIC_URL": "http://127.0.0.1:8000"}).has_public_url


def test_a_public_address_loses_its_last_slash() -> None:
    assert read(BRIEF_PUBLIC_URL="https://audio.example.org/").public_url == "https://audio.example.org"


@pytest.mark.parametrize("cores", [1, 2, 16])
def test_one_speech_process_a_core_at_most_four(cores: int) -> None:
    settings = Settings.from_env({"SECRET_KEY": GOOD_SECRET}, processors=cores)

    assert settings.speech_processes == min(cores, 4)


@pytest.mark.parametrize("value", ["1e3", "٣", "0x10", "1_0", "nan", "+5"])
def test_numbers_are_plain_digits(value: str) -> None:
    with pytest.raises(SettingsError, match="BRIEF_SPEECH_PROCESSES"):
        read(BRIEF_SPEECH_PROCESSES=value)


def test_a_bucket_keeps_the_audio() -> None:
    settings = read(BRIEF_STORAGE="gcs", BRIEF_GCS_BUCKET="our-briefs.example.org")

    assert (settings.storage, settings.gcs_bucket) == ("gcs", "our-briefs.example.org")


@pytest.mark.parametrize("bucket", ["", "gs://ours", "ours/briefs", "Ours", "..", "o"])
def test_storage_at_google_needs_the_bare_name_of_a_bucket(bucket: str) -> None:
    with pytest.raises(SettingsError, match="BRIEF_GCS_BUCKET"):
        read(BRIEF_STORAGE="gcs", BRIEF_GCS_BUCKET=bucket)


def test_a_disk_needs_no_bucket() -> None:
    assert read().gcs_bucket == ""


@pytest.mark.parametrize("host", ["127.0.0.1:4443", "localhost", "ftp://127.0.0.1", "http://", "http://x:y"])
def test_a_stand_in_for_google_is_named_by_its_whole_address(host: str) -> None:
    with pytest.raises(SettingsError, match="STORAGE_EMULATOR_HOST"):
        read(BRIEF_STORAGE="gcs", BRIEF_GCS_BUCKET="ours", STORAGE_EMULATOR_HOST=host)


@pytest.mark.parametrize("storage", ["gcs", "local"])
def test_a_stand_in_for_google_matters_only_to_a_bucket(storage: str) -> None:
    host = "http://127.0.0.1:4443" if storage == "gcs" else "some other program's"

    settings = read(BRIEF_STORAGE=storage, BRIEF_GCS_BUCKET="ours", STORAGE_EMULATOR_HOST=host)

    assert settings.gcs_endpoint == (host if storage == "gcs" else None)


@pytest.mark.parametrize(
    "password", ["hun/ter2", "hun#ter2", "hun?ter2", "hun:t@er2/", "12/3", "12#3", "12?3", "12@3/"]
)
def test_signs_that_a_password_must_not_hold_as_they_are_are_told_with_their_spelling(password: str) -> None:
    with pytest.raises(SettingsError, match="%2F") as caught:
        read(DATABASE_URL=f"postgresql://brief:{password}@db/briefs")

    assert password not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["postgresql:///briefs?user=me@here", "postgresql://db/briefs?options=-c%20x&user=me@here"]
)
def test_an_at_sign_behind_the_question_mark_is_no_password(address: str) -> None:
    assert read(DATABASE_URL=address).database_url == address


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BRIEF_PUBLIC_URL", "http://[x"),
        ("BRIEF_PUBLIC_URL", "http://host:port"),
        ("BRIEF_DATA_DIR", "~no-such-user-anywhere/x"),
        ("DATABASE_URL", "postgresql://u:x@host:port/x"),
    ],
)
def test_a_broken_address_or_path_is_a_problem_like_any_other(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read(**{name: value})


def test_a_file_is_read_only_for_secrets() -> None:
    assert read(BRIEF_ENGINE_FILE="/x").unknown == ("BRIEF_ENGINE_FILE",)


def test_a_weak_secret_is_told_why_and_how_to_make_a_good_one() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"SECRET_KEY": "developmentdevelopmentdevelopment"}, processors=2)

    assert "SECRET_KEY: it is too weak: it repeats itself; generate one with: python -c" in str(caught.value)
    assert "developmentdevelopment" not in str(caught.value)
