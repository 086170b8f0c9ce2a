"""What a new rendition would speak anew, and what changed in a text."""

import pytest

from brief_audio.domain.brief_standing import Standing, standing_of
from brief_audio.domain.respeaking import MS_PER_WORD, Fate, Part, Text, dropped, ms_per_word, outlooks
from brief_audio.domain.text_change import TextChange, text_change

RAIN = Text(1, "Rain", "It rains.", "joe", 0)


def part(**other: object) -> Part:
    made = {
        "item_id": 1,
        "position": 1,
        "headline": "Rain",
        "body": "It rains.",
        "voice": "joe",
        "take": 0,
        "state": "spoken",
        "error": None,
        "duration_ms": 1200,
    }
    return Part(**(made | other))


@pytest.mark.parametrize(
    ("made", "fate"),
    [
        (part(), Fate.REUSED),
        (part(item_id=None), Fate.REUSED),
        (part(item_id=None, voice=None, take=None), Fate.REUSED),
        (part(state="failed"), Fate.TRIED_AGAIN),
        (part(body="It shines."), Fate.CHANGED),
        (part(voice="amy"), Fate.CHANGED),
        (part(take=1), Fate.CHANGED),
        (part(item_id=2, headline="Other"), Fate.NEW),
    ],
)
def test_what_becomes_of_an_item(made: Part, fate: Fate) -> None:
    (found,) = outlooks([RAIN], [made])

    assert found.fate is fate
    assert found.is_spoken == (fate is not Fate.REUSED)


def test_what_no_item_has_any_more_was_dropped() -> None:
    parts = [part(), part(item_id=2, headline="Gone")]

    assert dropped(parts, outlooks([RAIN], parts)) == [parts[1]]


def test_the_pace_is_measured_where_anything_was() -> None:
    assert ms_per_word([part(), part(duration_ms=None)]) == 400
    assert ms_per_word([part(duration_ms=None)]) == MS_PER_WORD


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("worth $3.2bn from", "worth $3.5bn from", TextChange("$3.2bn", "$3.5bn")),
        ("one two", "one more two", TextChange("", "more")),
        ("one two", "one", TextChange("two", "")),
        ("one  two", "one two", None),
        ("a " * 50, "", TextChange("a " * 39 + "a…", "")),
    ],
)
def test_the_words_that_differ_are_told(before: str, after: str, change: TextChange | None) -> None:
    assert text_change(before, after) == change


@pytest.mark.parametrize(
    ("is_live", "is_held", "failed_items", "last_job_failed", "standing"),
    [
        (True, True, 0, True, Standing.GENERATING),
        (False, True, 0, True, Standing.HELD),
        (False, False, 0, True, Standing.PUBLISHED),
        (False, False, 2, False, Standing.ERRORS),
        (False, False, None, True, Standing.FAILED),
        (False, False, None, False, Standing.READY),
    ],
)
def test_where_a_brief_stands(
    is_live: bool, is_held: bool, failed_items: int | None, last_job_failed: bool, standing: Standing
) -> None:
    found = standing_of(
        "ready",
        is_live=is_live,
        is_held=is_held,
        published_failed_items=failed_items,
        last_job_failed=last_job_failed,
    )

    assert found is standing
    assert (found.word, found.shape) != ("", "")
