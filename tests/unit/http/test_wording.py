"""How times, lengths, sizes and addresses are written."""

from datetime import UTC, date, datetime

import pytest

from brief_audio.domain import time_zones
from brief_audio.http import wording


@pytest.mark.parametrize(
    ("milliseconds", "written"), [(0, "0:00"), (999, "0:00"), (95_400, "1:35"), (3_725_000, "1:02:05")]
)
def test_a_place_is_cut_to_the_second(milliseconds: int, written: str) -> None:
    assert wording.clock(milliseconds) == written


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [(0, "0 s"), (400, "0 s"), (59_600, "59 s"), (372_000, "6 min 12 s"), (3_720_000, "1 h 2 min"), (12_000, "12 s")],
)
def test_a_length_is_cut_to_the_second_and_never_torn_apart(milliseconds: int, written: str) -> None:
    assert wording.length(milliseconds) == written.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("size", "written"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (5_700_000, "5.7 MB"), (2_000_000_000, "2.0 GB")],
)
def test_a_size_is_decimal(size: int, written: str) -> None:
    assert wording.size(size) == written.replace(" ", "\N{NO-BREAK SPACE}")


def test_a_day_is_written_in_full() -> None:
    assert wording.day(date(2026, 3, 2)) == "Monday 2 March 2026"


def test_a_length_for_machines() -> None:
    assert wording.iso_length(372_400) == "PT372S"


def test_an_instant_is_shown_in_the_zone_of_the_show() -> None:
    instant = datetime(2026, 3, 20, 5, 3, tzinfo=UTC)

    assert time_zones.local(instant, "Europe/Berlin").isoformat() == "2026-03-20T06:03:00+01:00"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_an_unknown_zone_falls_back_to_utc(zone: str) -> None:
    assert time_zones.local(datetime(2026, 3, 20, 5, 3, tzinfo=UTC), zone).hour == 5


@pytest.mark.parametrize("address", ["https://www.example.org/a?b#c", "http://127.0.0.1:80/"])
def test_a_web_address_may_be_linked(address: str) -> None:
    assert wording.web_link(address) == address


@pytest.mark.parametrize(
    "address",
    [None, "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "//evil.example", "data:text/html,x", "https://["],
)
def test_anything_else_may_not(address: str | None) -> None:
    assert wording.web_link(address) is None


def test_a_host_is_named_without_its_prefix() -> None:
    assert wording.host("https://www.example.org:8443/a") == "example.org"


def test_paragraphs_are_lines_that_say_something() -> None:
    assert wording.paragraphs("One.\n\n  Two.\r\n \n") == ["One.", "Two."]


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (("joe",), "a synthetic voice, “joe”"),
        (("joe", "amy"), "synthetic voices, “joe” and “amy”"),
        (("joe", "amy", "kim"), "synthetic voices, “joe”, “amy” and “kim”"),
        ((), "a synthetic voice"),
    ],
)
def test_every_voice_is_named(names: tuple[str, ...], written: str) -> None:
    assert wording.voices(names) == written
