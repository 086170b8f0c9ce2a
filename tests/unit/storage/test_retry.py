"""Trying again: further and further apart, never beyond the deadline, never what cannot help."""

import time
from threading import Event

import pytest

from brief_audio.domain.errors import StorageDeniedError, StorageError, StoreUnreachableError
from brief_audio.storage.retry import SLOWEST_BYTES_PER_SECOND, RetryLimits, StorageTry, retry

QUICK = RetryLimits(deadline_seconds=60, request_seconds=5, first_wait_seconds=0.001, longest_wait_seconds=0.002)


class Flaky:
    """Fails some times before it succeeds."""

    def __init__(self, failures: int, error: StorageError) -> None:
        self.failures = failures
        self.error = error
        self.tries: list[StorageTry] = []

    def __call__(self, one: StorageTry) -> str:
        self.tries.append(one)
        if len(self.tries) <= self.failures:
            raise self.error
        return "done"


def test_what_passes_is_waited_out() -> None:
    call = Flaky(3, StorageError("busy"))

    assert retry(call, QUICK, Event()) == "done"

    assert [one.number for one in call.tries] == [1, 2, 3, 4]
    assert [one.is_again for one in call.tries] == [False, True, True, True]


def test_what_is_permanent_is_told_at_once() -> None:
    call = Flaky(1, StorageDeniedError("wrong key"))

    with pytest.raises(StorageDeniedError, match="wrong key"):
        retry(call, QUICK, Event())

    assert len(call.tries) == 1


def test_the_deadline_ends_it_with_the_last_reason() -> None:
    patience = RetryLimits(deadline_seconds=0.05, request_seconds=5, first_wait_seconds=0.01)

    with pytest.raises(StorageError, match=r"busy \(given up after \d tries\)") as caught:
        retry(Flaky(1000, StorageError("busy")), patience, Event())

    assert not caught.value.permanent


def test_what_kind_of_failure_it_was_is_kept() -> None:
    patience = RetryLimits(deadline_seconds=0.01, request_seconds=5, first_wait_seconds=500, longest_wait_seconds=500)

    with pytest.raises(StoreUnreachableError, match="cut"):
        retry(Flaky(1000, StoreUnreachableError("cut")), patience, Event())


def test_a_wait_that_would_outlast_the_deadline_is_not_begun() -> None:
    patience = RetryLimits(deadline_seconds=60, request_seconds=5, first_wait_seconds=500, longest_wait_seconds=500)

    with pytest.raises(StorageError, match="given up after 1 try"):
        retry(Flaky(1, StorageError("busy")), patience, Event())


class Oversleeping(Event):
    """Wakes its waiter later than asked, as a busy machine does."""

    def wait(self, timeout: float | None = None) -> bool:
        time.sleep((timeout or 0.0) + 0.05)
        return False


def test_no_try_begins_after_the_deadline_though_the_wait_before_it_was_overslept() -> None:
    call = Flaky(1000, StorageError("busy"))
    patience = RetryLimits(deadline_seconds=0.04, request_seconds=5, first_wait_seconds=0.02)

    with pytest.raises(StorageError, match="given up after 1 try"):
        retry(call, patience, Oversleeping())

    assert all(one.seconds > 0 for one in call.tries)


def test_closing_ends_the_waiting() -> None:
    closing = Event()
    closing.set()
    patience = RetryLimits(deadline_seconds=900, request_seconds=5, first_wait_seconds=300, longest_wait_seconds=300)

    with pytest.raises(StorageError, match="given up after 1 try"):
        retry(Flaky(1, StorageError("busy")), patience, closing)


def test_no_request_may_outlast_the_deadline() -> None:
    call = Flaky(0, StorageError("busy"))

    retry(call, RetryLimits(deadline_seconds=2, request_seconds=60), Event())

    assert 0 < call.tries[0].seconds <= 2


def test_waits_double_up_to_the_longest_and_vary_by_half() -> None:
    patience = RetryLimits(deadline_seconds=60, request_seconds=5, first_wait_seconds=0.5, longest_wait_seconds=8)

    for number, longest in ((1, 0.5), (2, 1), (4, 4), (5, 8), (50, 8)):
        waits = {patience.wait_after(number) for _ in range(50)}
        assert longest / 2 <= min(waits)
        assert max(waits) <= longest
        assert len(waits) > 1


def test_a_large_object_may_take_longer() -> None:
    assert QUICK.for_bytes(10 * SLOWEST_BYTES_PER_SECOND).deadline_seconds == 70
