"""A night whose voice cannot be had: its job says why, and no other night waits for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import select, update

from brief_audio.bootstrap import Container
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Item, Schedule, Show
from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.services.making import jobs
from brief_audio.services.schedules.due_runs import make_due_runs
from brief_audio.speech.base import VoiceIdentity, go_on
from scheduler.turn import run_one
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech

pytestmark = pytest.mark.slow

DUE = datetime(2026, 3, 1, 5, 30, tzinfo=UTC)


class LostVoice(ThreadSpeech):
    """Speech whose voice has lost its file."""

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        raise VoiceUnavailableError("the voice's file is gone", permanent=True)


@pytest.fixture
def edited(container: Container, make_brief: Callable[..., int]) -> int:
    """A brief of 1 March whose edition is out, edited since."""
    brief_id = make_brief("It rains.")
    jobs.request_generation(
        container.db, brief_id, container.speech, rules=container.rules, force=False, requested_by="test"
    )
    assert run_one(container, Event())
    with container.db.transaction() as session:
        session.execute(update(Item).values(body="It snows."))
    return brief_id


def test_a_voice_that_is_lost_stops_no_night(container: Container, edited: int, engine: FaultyEngine) -> None:
    """Red without `except VoiceUnavailableError` in `brief_audio/services/making/up_to_date.py:up_to_date`."""
    with container.db.transaction() as session:
        of_lost_voice = session.execute(select(Show)).scalar_one()
        other = Show(slug="dusk", title="Dusk", language="en-US", time_zone="UTC", voice_id=of_lost_voice.voice_id)
        session.add(other)
        session.flush()
        since = DUE - timedelta(hours=17)
        session.add_all(
            Schedule(show_id=show.id, cron="30 5 * * *", time_zone="UTC", since=since)
            for show in (of_lost_voice, other)
        )

    news = make_due_runs(container.db, LostVoice(engine), now=DUE, actor="test")

    assert [(night.show, night.local_date, night.state) for night in news] == [
        ("dawn", date(2026, 3, 1), "made"),
        ("dusk", date(2026, 3, 1), "no brief"),
    ]
    with container.db.transaction() as session:
        assert session.execute(select(Job.brief_id).where(Job.status == "queued")).scalars().all() == [edited]
