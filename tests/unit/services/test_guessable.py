"""Passwords that are easy to guess are refused, with the reason."""

import subprocess
import sys
from pathlib import Path

import pytest

from brief_audio.services.accounts.guessable import PasswordOwner, why_guessable

ANN = PasswordOwner("ann.okafor@example.org", "Ann Okafor")


def reason(password: str, owner: PasswordOwner = ANN) -> str:
    return why_guessable(password, owner) or ""


@pytest.mark.parametrize("password", [" " * 12, "p" * 200, "000000000001", "🎙" * 12, "e\u0301" * 12, "-_-_-_-_-_-_"])
def test_too_few_different_characters_are_refused(password: str) -> None:
    assert reason(password).startswith("the password has too few different characters (")


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password password",
        "password" * 10,
        "xkqzvwxkqzvw",
        "xkqzvw-xkqzvw!",
        "xkqzvw Xkqzvw xkq",
        "green tractor green tractor",
        "tractor green, green tractor",
        "aaaaaabbbbbbccccccddddddeeeeee",
    ],
)
def test_repeated_characters_and_words_are_refused(password: str) -> None:
    assert reason(password).startswith("the password repeats characters or words.")


@pytest.mark.parametrize(
    "password",
    [
        "ann.okafor@example.org",
        "okafor example ann org",
        "Ann Okafor 2026!",
        "okaforann-briefaudio",
        "Audio, Brief and Ann",
        "briefaudiobriefaudio1",
        "Br13f@ud10-0k4f0r!",
        "rofako nna oidua feirb",
        "Öka for Ann Brief",
        "annokafor-password123",
    ],
)
def test_names_that_a_stranger_may_know_are_refused_in_any_order(password: str) -> None:
    assert reason(password).startswith("apart from your e-mail, your name and “Brief Audio”, the password is too easy")


def test_the_name_of_a_person_may_be_written_in_any_letters() -> None:
    assert "your name" in reason("Зоя Петрова 7!", PasswordOwner("zoe@example.org", "Зоя Петрова"))
    assert "your name" in reason("李明 7 Zoë Brief", PasswordOwner("zoe@example.org", "李明"))


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("qwertyuiop12", "This is similar to a commonly used password."),
        ("1q2w3e4r5t6y", "This is a very common password."),
        ("abcdefghijkl", "Sequences like"),
        ("letmeinletmein1", "Repeats like"),
        ("4815162342ab", "too easy to guess. "),
    ],
)
def test_what_zxcvbn_scores_low_is_refused_in_its_words(password: str, said: str) -> None:
    assert reason(password).startswith("the password is too easy to guess. ")
    assert said in reason(password)
    assert "  " not in reason(password)


@pytest.mark.parametrize("password", ["passwordpassword", " " * 12, "qwertyuiop12", "ann.okafor@example.org"])
def test_every_refusal_says_what_to_do(password: str) -> None:
    assert reason(password).endswith("Use three or four unrelated words, or a password manager.")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "vierzehn gelbe Bagger",
        "пароль из слов",
        "🎙🎸🎹🎺🎻🥁🎷🪗🎤🎧🎼🎵",
        "}{:?-_;,.()!",
        "k7#Vq2!xLp9z",
        "my brief life as a tractor",
        "Ann likes purple tractors",
        "a cannon with bananas",
    ],
)
def test_a_good_password_is_accepted(password: str) -> None:
    assert reason(password) == ""


def test_only_the_ends_of_a_long_password_are_given_to_zxcvbn() -> None:
    """Red where all of it is: 256 lookalikes take half a minute."""
    assert reason("4@8({[<369|!1/0$5+7%2" * 2 + "x" * 180 + "k7#Vq2!xLp9zM3&") == ""


def test_zxcvbn_is_loaded_only_where_a_password_is_set() -> None:
    """Red where it is imported at the top: every command at a terminal would wait for its lists of words."""
    asked = "import sys, brief_audio.cli.users; sys.exit('zxcvbn' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", asked], cwd=Path(__file__).parents[3], check=False).returncode == 0
