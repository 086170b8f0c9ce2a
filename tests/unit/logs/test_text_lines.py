"""The log for people: whatever an address, a file or an error says, nobody takes it for a line of ours."""

import logging

import pytest

from brief_audio.logs import TextFormatter


def written(message: str, *, is_terminal: bool = False, **given: object) -> str:
    record = logging.makeLogRecord({"msg": "no %s", "args": (message,), "levelname": "ERROR", **given})
    return TextFormatter(is_terminal=is_terminal).format(record)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("/a\x1b[2Jb\x00\r\t", r"/a\x1b[2Jb\x00\r\t"),
        ("\ud800 alone", r"\ud800 alone"),
        ("\x85\u2028\u202e", r"\x85\u2028\u202e"),
        ("Straße “zu”", "Straße “zu”"),
    ],
)
def test_no_terminal_obeys_what_is_logged(said: str, shown: str) -> None:
    assert written(said).endswith(f" ERROR   no {shown}")


def test_a_line_end_makes_no_line_of_its_own() -> None:
    assert written("/a\n12:00:00 INFO    all is well").split("\n")[1] == "    12:00:00 INFO    all is well"


def test_a_traceback_is_indented_below_its_line() -> None:
    error = ValueError("of\n12:00:00 many\x1b[2J")

    first, *others = written("luck", exc_info=(ValueError, error, None)).split("\n")

    assert first.endswith("no luck")
    assert others == ["    ValueError: of", r"    12:00:00 many\x1b[2J"]


def test_on_a_terminal_the_progress_bar_is_wiped_first() -> None:
    assert written("luck", is_terminal=True).startswith("\r\x1b[2K")
