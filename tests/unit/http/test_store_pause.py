"""After a wait for nothing the store is left alone for a while, and then tried by one."""

from collections.abc import Callable

import pytest

from brief_audio.domain.errors import ObjectMissingError, StorageError
from brief_audio.http.store_pause import StorePause


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pause(clock: Clock) -> StorePause:
    return StorePause(8, clock)


def fails_after(clock: Clock, seconds: float, error: type[StorageError] = StorageError) -> Callable[[], str]:
    def question() -> str:
        clock.now += seconds
        raise error("no answer")

    return question


def test_after_a_long_wait_for_nothing_the_others_are_told_at_once(pause: StorePause, clock: Clock) -> None:
    with pytest.raises(StorageError, match="no answer"):
        pause.ask(fails_after(clock, 8))

    clock.now += 7.9
    with pytest.raises(StorageError, match="was not responding a moment ago"):
        pause.ask(lambda: "asked")


def test_one_tries_again_later_and_the_others_wait_for_what_becomes_of_it(pause: StorePause, clock: Clock) -> None:
    with pytest.raises(StorageError):
        pause.ask(fails_after(clock, 8))
    clock.now += 8

    def probe() -> str:
        with pytest.raises(StorageError, match="a moment ago"):
            pause.ask(lambda: "the others")
        return "the probe"

    assert pause.ask(probe) == "the probe"
    assert pause.ask(lambda: "the others") == "the others"


@pytest.mark.parametrize("error", [StorageError, ObjectMissingError])
def test_a_quick_failure_holds_nobody_up(pause: StorePause, clock: Clock, error: type[StorageError]) -> None:
    with pytest.raises(error):
        pause.ask(fails_after(clock, 0.2, error))

    assert pause.ask(lambda: "asked") == "asked"
