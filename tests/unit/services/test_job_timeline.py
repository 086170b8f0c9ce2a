"""What a job went through, read off its history."""

from datetime import UTC, datetime, timedelta

from brief_audio.services.making.job_timeline import JobPhase, attempts, steps
from brief_audio.services.making.jobs import EventLine

SIX = datetime(2026, 3, 20, 6, tzinfo=UTC)


def told(*events: tuple[int, str, int | None]) -> list[EventLine]:
    """Return a history: seconds after six, kind, attempt."""
    return [EventLine(SIX + timedelta(seconds=after), "worker", kind, attempt, "") for after, kind, attempt in events]


CALM = told(
    (0, "job.queued", None),
    (1, "job.claimed", 1),
    (61, "job.mastering", 1),
    (70, "job.storing", 1),
    (71, "job.completed", 1),
    (71, "rendition.published", 1),
)


def test_each_part_ends_where_the_next_begins() -> None:
    assert [(step.part, step.took_ms) for step in steps(CALM)] == [
        (JobPhase.QUEUED, 1_000),
        (JobPhase.ITEMS, 60_000),
        (JobPhase.MASTERING, 9_000),
        (JobPhase.STORING, 1_000),
        (JobPhase.PUBLISHED, None),
    ]


def test_the_last_part_of_a_live_job_goes_on() -> None:
    last = steps(CALM[:3])[-1]

    assert (last.part, last.until) == (JobPhase.MASTERING, None)


def test_what_a_person_does_meanwhile_is_no_part() -> None:
    history = told((0, "job.queued", None), (1, "job.moved_up", None), (2, "job.cancel_requested", None))

    assert [step.part for step in steps(history)] == [JobPhase.QUEUED]


def test_a_job_that_was_given_back_waits_again_and_is_not_charged() -> None:
    history = told(
        (0, "job.queued", None),
        (1, "job.claimed", 1),
        (38, "job.released", 1),
        (39, "job.claimed", 2),
        (60, "job.failed", 2),
    )

    assert [step.part for step in steps(history)] == [
        JobPhase.QUEUED,
        JobPhase.ITEMS,
        JobPhase.AGAIN,
        JobPhase.ITEMS,
        JobPhase.FAILED,
    ]
    newest, first = attempts(history)
    assert (newest.number, newest.outcome, newest.is_charged, newest.took_ms) == (2, "Failed", True, 21_000)
    assert (first.number, first.outcome, first.is_charged, first.took_ms) == (1, "Released", False, 37_000)


def test_an_attempt_under_way_has_no_end() -> None:
    [only] = attempts(CALM[:2])

    assert (only.state, only.until, only.took_ms) == ("processing", None, None)
