"""A whole job on real speech children that are attacked: each fault costs one try of one utterance."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from brief_audio.bootstrap import Container
from brief_audio.services.making import jobs
from brief_audio.services.making.jobs import JobReport
from brief_audio.speech.pool import SpeechPool
from scheduler.turn import run_one
from tests.e2e.generation.dangerous_engine import DangerousEngine

pytestmark = pytest.mark.slow

FAULTS = [
    ("hang", "took more than 1 s"),
    ("die", "was ended by SIGKILL"),
    ("leave", "exited with status 1"),
    ("starve", "MemoryError"),
    ("mumble", "values that are not numbers"),
    ("fall silent", "silence"),
    ("break off", "only 67 ms of audio"),
    ("drone on", "40 s of audio for"),
]


@pytest.fixture
def attacked(container: Container, tmp_path: Path) -> Iterator[Container]:
    """The product with two real children instead of a thread."""
    (tmp_path / "done").mkdir()
    pool = SpeechPool(partial(DangerousEngine, tmp_path / "done"), 2, utterance_seconds=1.0)
    yield replace(container, speech=pool)
    pool.close()


def generate(container: Container, brief_id: int) -> JobReport:
    asked = jobs.request_generation(
        container.db, brief_id, container.speech, rules=container.rules, force=False, requested_by="test"
    )
    assert asked.job_id is not None
    assert run_one(container, Event())
    with container.db.transaction() as session:
        return jobs.report(session, asked.job_id)


@pytest.mark.parametrize(("verb", "reason"), FAULTS)
def test_an_item_whose_tries_are_spent_fails_visibly_and_the_others_go_on(
    attacked: Container, make_brief: Callable[..., int], verb: str, reason: str
) -> None:
    report = generate(attacked, make_brief("All is well.", f"They {verb} every time.", "Here too. And here."))

    assert (report.status, report.completed_items, report.failed_items) == ("completed", 2, 1)
    assert [item.state for item in report.items] == ["spoken", "failed", "spoken"]
    error = report.items[1].error or ""
    assert reason in error
    assert f"(at “They {verb} every time.”, tried 3 times)" in error
    assert report.rendition is not None
    assert report.rendition.state == "published"


def test_faults_that_pass_cost_one_try_each_and_no_item(attacked: Container, make_brief: Callable[..., int]) -> None:
    report = generate(attacked, make_brief(*(f"They {verb} just once." for verb, _ in FAULTS)))

    assert report.status == "completed"
    assert [item.state for item in report.items] == ["spoken"] * len(FAULTS)
    assert [item.tries for item in report.items] == [2] * len(FAULTS)
