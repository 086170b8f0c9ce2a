"""What a new rendition would re-record, and what changed in a text."""

import pytest

from brief_audio.domain.brief_status import BriefStatus, status_of
from brief_audio.domain.re_recording import (
    MS_PER_WORD,
    CurrentItem,
    ItemFate,
    RenditionItem,
    dropped,
    ms_per_word,
    outlooks,
)
from brief_audio.domain.text_difference import TextDifference, text_difference

RAIN = CurrentItem(1, "Rain", "It rains.", "joe", 0)


def part(**other: object) -> RenditionItem:
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
    return RenditionItem(**(made | other))


@pytest.mark.parametrize(
    ("made", "fate"),
    [
        (part(), ItemFate.REUSED),
        (part(item_id=None), ItemFate.REUSED),
        (part(item_id=None, voice=None, take=None), ItemFate.REUSED),
        (part(state="failed"), ItemFate.TRIED_AGAIN),
        (part(body="It shines."), ItemFate.CHANGED),
        (part(voice="amy"), ItemFate.CHANGED),
        (part(take=1), ItemFate.CHANGED),
        (part(item_id=2, headline="Other"), ItemFate.NEW),
    ],
)
def test_what_becomes_of_an_item(made: RenditionItem, fate: ItemFate) -> None:
    (found,) = outlooks([RAIN], [made])

    assert found.fate is fate
    assert found.is_spoken == (fate is not ItemFate.REUSED)


def test_what_no_item_has_any_more_was_dropped() -> None:
    parts = [part(), part(item_id=2, headline="Gone")]

    assert dropped(parts, outlooks([RAIN], parts)) == [parts[1]]


def test_the_pace_is_measured_where_anything_was() -> None:
    assert ms_per_word([part(), part(duration_ms=None)]) == 400
    assert ms_per_word([part(duration_ms=None)]) == MS_PER_WORD


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("worth $3.2bn from", "worth $3.5bn from", TextDifference("$3.2bn", "$3.5bn")),
        ("one two", "one more two", TextDifference("", "more")),
        ("one two", "one", TextDifference("two", "")),
        ("one  two", "one two", None),
        ("a " * 50, "", TextDifference("a " * 39 + "a…", "")),
    ],
)
def test_the_words_that_differ_are_told(before: str, after: str, change: TextDifference | None) -> None:
    assert text_difference(before, after) == change


@pytest.mark.parametrize(
    ("is_live", "is_held", "failed_items", "last_job_failed", "standing"),
    [
        (True, True, 0, True, BriefStatus.GENERATING),
        (False, True, 0, True, BriefStatus.HELD),
        (False, False, 0, True, BriefStatus.PUBLISHED),
        (False, False, 2, False, BriefStatus.ERRORS),
        (False, False, None, True, BriefStatus.FAILED),
        (False, False, None, False, BriefStatus.READY),
    ],
)
def test_where_a_brief_stands(
    is_live: bool, is_held: bool, failed_items: int | None, last_job_failed: bool, standing: BriefStatus
) -> None:
    found = status_of(
        "ready",
        is_live=is_live,
        is_held=is_held,
        published_failed_items=failed_items,
        last_job_failed=last_job_failed,
    )

    assert found is standing
    assert (found.word, found.shape) != ("", "")
