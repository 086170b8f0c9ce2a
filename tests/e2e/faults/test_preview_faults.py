"""Previews outlive their workers as jobs do: the same engine, the same faults, real processes and signals."""

import os
import signal
from collections.abc import Callable

import pytest

from brief_audio.db.making import previews
from brief_audio.db.models import Preview
from brief_audio.domain.jobs import PREVIEW_PRIORITY
from brief_audio.domain.object_names import narration_name
from tests.e2e.faults.newsroom import BODY, Newsroom
from tests.e2e.product import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SENTENCES = 120  # so that it takes some seconds
OVER = "UPDATE preview SET lease_until = now() - interval '1 s' WHERE status = 'processing'"


@pytest.fixture
def ask(newsroom: Newsroom) -> Callable[[], int]:
    """Ask for a preview of a long text; return its number."""

    def queue() -> int:
        body = " ".join(f"{BODY} This is number {number}." for number in range(SENTENCES))
        [(show_id,)] = newsroom.rows("SELECT id FROM show")
        with newsroom.database.transaction() as session:
            wanted = Preview(show_id=show_id, headline="Long", body=body, voice="tone", priority=PREVIEW_PRIORITY)
            wanted.requested_by = "ann@example.org"
            return previews.add(session, wanted).id

    return queue


def row(newsroom: Newsroom, number: int) -> Preview:
    with newsroom.database.transaction() as session:
        return session.get_one(Preview, number)


def wait_for_speech(newsroom: Newsroom, number: int) -> None:
    wait_until(lambda: 5 <= row(newsroom, number).progress < 60, "the preview to be spoken")


def assert_made_by_attempt(newsroom: Newsroom, number: int, attempt: int) -> None:
    made = row(newsroom, number)
    assert (made.status, made.attempt, made.error) == ("completed", attempt, None)
    assert made.narration_key is not None
    assert newsroom.store.stat(narration_name(made.narration_key)).size_bytes > 1000
    assert list((newsroom.product.data_dir / "tmp").iterdir()) == []


def test_a_preview_whose_worker_is_killed_is_made_by_the_next(newsroom: Newsroom, ask: Callable[[], int]) -> None:
    number = ask()
    worker = newsroom.product.start("scheduler")
    wait_for_speech(newsroom, number)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    newsroom.change(OVER)

    assert newsroom.product.command("scheduler", "--once").returncode == 0

    assert_made_by_attempt(newsroom, number, 2)
    assert row(newsroom, number).charged == 2


def test_a_preview_whose_worker_is_told_to_stop_is_given_back_uncharged(
    newsroom: Newsroom, ask: Callable[[], int]
) -> None:
    number = ask()
    worker = newsroom.product.start("scheduler")
    wait_for_speech(newsroom, number)

    assert newsroom.product.interrupt(worker) == 0

    waiting = row(newsroom, number)
    assert (waiting.status, waiting.attempt, waiting.charged, waiting.lease_until) == ("queued", 1, 0, None)


def test_a_worker_that_comes_back_too_late_changes_nothing(newsroom: Newsroom, ask: Callable[[], int]) -> None:
    number = ask()
    zombie = newsroom.product.start("scheduler")
    wait_for_speech(newsroom, number)
    os.killpg(zombie.pid, signal.SIGSTOP)
    newsroom.change(OVER)
    assert newsroom.product.command("scheduler", "--once").returncode == 0
    made = row(newsroom, number)

    os.killpg(zombie.pid, signal.SIGCONT)
    wait_until(lambda: "nothing was published" in newsroom.product.talk, "the zombie to leave the preview")

    assert_made_by_attempt(newsroom, number, 2)
    assert row(newsroom, number).finished_at == made.finished_at
    assert newsroom.product.interrupt(zombie) == 0
