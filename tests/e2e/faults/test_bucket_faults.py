"""A bucket that fails on the way: published exactly once in the end, or not at all, and yesterday's stays."""

import json
from collections.abc import Callable
from itertools import cycle

import pytest

from tests.contract.storage.faulty_line import (
    Exchange,
    Fault,
    FaultyLine,
    answer,
    cut,
    cut_answer,
    flip_answer,
    flip_upload,
    lose_answer,
)
from tests.e2e.faults.friday import Friday

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LATER = ("The bridge opens late.", "Fares stay as they are.", "Rain comes by evening.")


def every_other(method: str, *faults: Fault) -> Fault:
    """Let each fault in turn meet a request of that method; what is asked again after one comes through."""
    turns = cycle(fault for one in faults for fault in (one, None))

    def carry(exchange: Exchange, ask: Callable[[], None]) -> None:
        fault = next(turns) if exchange.method == method else None
        if fault is not None:
            fault(exchange, ask)
        else:
            ask()

    return carry


def uploads(line: FaultyLine) -> dict[str, list[int]]:
    """Return the statuses with which each object's uploads were answered; 0 where no answer came."""
    found: dict[str, list[int]] = {}
    for exchange in line.exchanges:
        if exchange.method == "POST":
            name = json.loads(exchange.body.split(b"\r\n\r\n")[1].split(b"\r\n--")[0])["name"]
            found.setdefault(name, []).append(exchange.status)
    return found


@pytest.mark.parametrize(
    "faults",
    [[answer(503), answer(429)], [cut, answer(408)], [lose_answer], [flip_upload]],
    ids=["busy", "cut", "answer lost", "byte flipped"],
)
def test_every_upload_fails_once_and_the_edition_is_published_once(
    friday_in_bucket: Friday, line: FaultyLine, faults: list[Fault]
) -> None:
    """Red without the loop in `brief_audio/storage/retry.py:retry`.

    Where the answer is lost: without `except ObjectExistsError` in `brief_audio/storage/gcs.py:_Storing`; where a byte
    is flipped: without `_is_sound` there.
    """
    friday_in_bucket.write(*LATER)
    friday_in_bucket.ask()
    line.always(every_other("POST", *faults))

    friday_in_bucket.turn()

    tries = uploads(line)
    assert len(tries) == 5  # one narration and four files
    assert all(len(statuses) == 2 for statuses in tries.values()), tries
    assert friday_in_bucket.job().attempt == 1
    friday_in_bucket.published(2)


@pytest.mark.parametrize(
    ("fault", "attempts"), [(cut_answer(3000), 1), (flip_answer, 2)], ids=["cut off", "byte flipped"]
)
def test_what_is_read_back_damaged_never_reaches_the_edition(
    friday_in_bucket: Friday, line: FaultyLine, fault: Fault, attempts: int
) -> None:
    """Red without `persist` in `brief_audio/storage/gcs.py:GcsStore._piece` (cut off), `crc32c=` in `open_range`."""
    friday_in_bucket.write(*LATER)
    friday_in_bucket.ask()
    line.always(first_media(fault))

    friday_in_bucket.turn()
    friday_in_bucket.make_due()
    friday_in_bucket.turn()

    assert friday_in_bucket.job().attempt == attempts
    friday_in_bucket.published(2)


def first_media(fault: Fault) -> Fault:
    """Let the first download meet the fault."""
    waiting = [fault]

    def carry(exchange: Exchange, ask: Callable[[], None]) -> None:
        if "alt=media" in exchange.target and waiting:
            waiting.pop()(exchange, ask)
        else:
            ask()

    return carry


def test_a_bucket_that_refuses_fails_the_job_at_once_and_yesterday_stays(
    friday_in_bucket: Friday, line: FaultyLine
) -> None:
    """Red without `permanent` in `brief_audio/domain/errors.py:StorageDeniedError`."""
    before = friday_in_bucket.current_edition()
    friday_in_bucket.write(*LATER)
    friday_in_bucket.ask()
    line.always(refuse_uploads)

    friday_in_bucket.turn()

    job = friday_in_bucket.job()
    assert (job.status, job.attempt) == ("failed", 1)
    assert "BRIEF_GCS_BUCKET" in (job.error or "")
    assert list(uploads(line).values()) == [[403]]
    friday_in_bucket.assert_untouched(before)

    line.always(None)
    friday_in_bucket.retry()
    friday_in_bucket.turn()

    friday_in_bucket.published(2)


def refuse_uploads(exchange: Exchange, ask: Callable[[], None]) -> None:
    if exchange.method == "POST":
        answer(403, "storage.objects.create is missing")(exchange, ask)
    else:
        ask()
