"""Loading once: one try for all who ask, an end to every wait, and another try after a failure."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.load_once import LoadOnce


class Made:
    """What `make` returns in these tests, and how often it was asked to."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()
        self.count = 0

    def make(self):
        self.count += 1
        self.begun.set()
        assert self.may_end.wait(30)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def once_of(made, wait_seconds=30.0):
    return LoadOnce(made.make, what="the voice 'joe'", wait_seconds=wait_seconds)


def test_twenty_callers_share_one_try():
    made = Made("a voice")
    made.may_end.clear()
    once = once_of(made)

    with ThreadPoolExecutor(20) as threads:
        calls = [threads.submit(once.get) for _ in range(20)]
        made.begun.wait(30)
        made.may_end.set()

    assert {call.result() for call in calls} == {"a voice"}
    assert made.count == 1


def test_after_a_failure_the_next_caller_tries_again():
    made = Made(OSError("disk"), "a voice")
    once = once_of(made)

    with pytest.raises(OSError, match="disk"):
        once.get()

    assert once.get() == "a voice"
    assert made.count == 2


@pytest.mark.parametrize(
    ("error", "told", "is_permanent"),
    [
        (VoiceUnavailableError("wrong file", permanent=True), "wrong file", True),
        (RuntimeError("no memory"), "the voice 'joe' could not be loaded: RuntimeError: no memory", False),
    ],
)
def test_those_who_waited_learn_why_the_try_failed(error, told, is_permanent):
    made = Made(error)
    made.may_end.clear()
    once = once_of(made)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(once.get)
        made.begun.wait(30)
        second = threads.submit(waiting, once, made)
        with pytest.raises(VoiceUnavailableError, match=told) as raised:
            second.result()

    assert first.exception() is error
    assert raised.value.permanent is is_permanent


def waiting(once, made):
    """Let the first try end only once this call is about to wait for it."""
    threading.Timer(0.1, made.may_end.set).start()
    return once.get()


def test_nobody_waits_longer_than_the_limit():
    made = Made("a voice")
    made.may_end.clear()
    once = once_of(made, wait_seconds=0.05)

    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(once.get)
        made.begun.wait(30)
        with pytest.raises(VoiceUnavailableError, match=r"another caller is still loading .* after 0\.05 s"):
            once.get()
        made.may_end.set()

    assert slow.result() == "a voice"
    assert once.get() == "a voice"


def test_what_was_cleared_is_made_anew():
    made = Made("first", "second")
    once = once_of(made)
    once.get()

    once.clear()

    assert once.get() == "second"


def test_a_try_cleared_under_way_is_not_kept():
    made = Made("first", "second")
    made.may_end.clear()
    once = once_of(made)

    with ThreadPoolExecutor(1) as threads:
        early = threads.submit(once.get)
        made.begun.wait(30)
        once.clear()
        made.may_end.set()

    assert early.result() == "first"
    assert once.get() == "second"


def test_a_cleared_try_that_fails_late_leaves_the_newer_one_alone():
    made = Made(OSError("late"), "second")
    made.may_end.clear()
    once = once_of(made)

    with ThreadPoolExecutor(2) as threads:
        early = threads.submit(once.get)
        made.begun.wait(30)
        once.clear()
        made.begun.clear()
        later = threads.submit(once.get)
        made.begun.wait(30)
        made.may_end.set()

    assert {type(early.exception()), type(later.exception())} == {OSError, type(None)}


def test_what_is_made_is_told_without_making_it():
    once = once_of(Made("a voice"))

    assert once.made() is None
    once.get()
    assert once.made() == "a voice"


def test_only_that_thing_is_discarded():
    made = Made("first", "second")
    once = once_of(made)
    first = once.get()

    once.discard(first)
    second = once.get()
    once.discard(first)

    assert once.made() is second
