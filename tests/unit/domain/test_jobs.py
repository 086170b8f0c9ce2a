"""The arithmetic of progress, retries and short errors."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brief_audio.domain.jobs import QueueRules, is_within_failed_share, speaking_progress
from brief_audio.domain.work import backoff, short_error, storable


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_speaking_progress_stays_below_the_whole(done: int, total: int) -> None:
    assert 0 <= speaking_progress(done, total) <= 95


@given(st.integers(1, 40), st.integers())
def test_backoff_doubles_up_to_a_quarter_of_an_hour(charged: int, seed: int) -> None:
    wait = backoff(charged, QueueRules(), random.Random(seed))

    middle = min(timedelta(seconds=15) * 2 ** (charged - 1), timedelta(minutes=15))
    assert 0.8 * middle <= wait <= 1.2 * middle


@pytest.mark.parametrize(("failed", "total", "allowed"), [(0, 1, True), (1, 3, True), (2, 6, True), (2, 5, False)])
def test_one_item_in_three_may_fail(failed: int, total: int, allowed: bool) -> None:
    assert is_within_failed_share(failed, total, 1 / 3) is allowed


@given(st.text(max_size=1200).map(storable))
def test_a_short_error_is_whole_characters_of_the_long_one(message: str) -> None:
    short = short_error(message)

    assert len(short) <= 500
    assert short == message or (short.endswith("…") and message.startswith(short[:-1]))


@pytest.mark.parametrize("bad", [0, 0xD800, 0xDCE9, 0xDFFF])
def test_what_no_database_holds_is_replaced(bad: int) -> None:
    assert storable(f"caf{chr(bad)} 🎧") == short_error(f"caf{chr(bad)} 🎧") == "caf\ufffd 🎧"
