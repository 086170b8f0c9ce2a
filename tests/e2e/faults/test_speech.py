"""A voice that fails in every way: it costs the edition the item it fails at, and nothing else."""

from pathlib import Path

import pytest

from tests.e2e.faults.friday import PAGE, Friday

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FAULTY = Path(__file__).with_name("faulty_scheduler.py")
REASONS = {
    "hang": "an utterance took more than 2 s",
    "starve": "MemoryError",
    "say nothing": "the voice returned no audio",
    "shrug": "unexpected answer: NoneType",
    "mumble": "values that are not numbers",
    "change pitch": "one item has utterances with 22050 Hz and 11025 Hz",
}
GOOD = [f"Item number {number} is read as it should be." for number in range(12)]


def test_items_that_cannot_be_spoken_are_told_and_the_others_are_in_the_edition(friday: Friday) -> None:
    """Red without `except SpeechError` in `brief_audio/services/making/narration.py:Narrator._take_one`."""
    bad = [f"It goes on. They {verb} every time." for verb in REASONS]
    friday.write(*bad, *GOOD)
    friday.ask()

    friday.turn(FAULTY)

    errors = friday.item_errors()
    edition = friday.published(2, failed_items=len(bad))
    assert errors[len(bad) :] == [None] * len(GOOD)
    for error, (verb, reason) in zip(errors, REASONS.items(), strict=False):
        assert error is not None, verb
        assert reason in error
        assert "tried " in error
    with friday.site():
        page = friday.get(PAGE).decode()
        assert page.count("Not read aloud") == 2 * len(bad)  # in the running order, and where the text stands
        assert friday.get(f"audio/{edition.audio}")


def test_a_brief_of_which_nothing_can_be_spoken_fails_and_yesterday_stays(friday: Friday) -> None:
    """Red without `_refuse_all_failed` in `brief_audio/services/making/edition.py:generate`."""
    before = friday.current_edition()
    friday.write("They mumble every time.", "They starve every time.")
    friday.ask()

    friday.turn(FAULTY)

    job = friday.job()
    assert (job.status, job.attempt, job.failed_items) == ("failed", 1, 2)
    assert "values that are not numbers" in (job.error or "")
    assert all(friday.item_errors())
    friday.assert_untouched(before)
