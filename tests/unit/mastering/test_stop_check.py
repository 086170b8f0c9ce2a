import pytest

from brief_audio.domain.errors import StoppingError
from brief_audio.mastering.stop_check import StopCheck


def test_it_asks_at_once_and_then_not_at_every_tick():
    asked = []
    pace = StopCheck(lambda: asked.append(1))

    for _ in range(1000):
        pace.tick()

    assert 1 <= len(asked) < 100


def test_what_it_is_told_ends_the_work():
    def stop():
        raise StoppingError("the worker stops")

    with pytest.raises(StoppingError):
        StopCheck(stop).tick()
