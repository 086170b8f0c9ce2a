"""A whole product in one process: real database, real store on disk, real mastering; tones for a voice."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from brief_audio.bootstrap import Container
from brief_audio.config.settings import Settings
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Show
from brief_audio.db.shows import find_voice
from brief_audio.domain.brief_file import BriefDraft, ItemDraft
from brief_audio.domain.jobs import QueueRules
from brief_audio.services.briefs.import_brief import import_brief
from brief_audio.services.shows import voices
from brief_audio.storage.local import LocalStore
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech


@pytest.fixture
def engine() -> FaultyEngine:
    return FaultyEngine()


@pytest.fixture
def container(database: Database, engine: FaultyEngine, tmp_path: Path) -> Iterator[Container]:
    settings = Settings.from_env({"BRIEF_DATA_DIR": str(tmp_path)}, processors=2, needs_secret=False)
    speech = ThreadSpeech(engine)
    yield Container(
        settings=settings,
        db=database,
        store=LocalStore(tmp_path / "store"),
        speech=speech,
        rules=QueueRules(),
        voice_cards=engine.voices(),
    )
    speech.close()


@pytest.fixture
def make_brief(container: Container) -> Callable[..., int]:
    """Import a brief whose items have these bodies, on the next free date; return its number."""
    days = iter(date(2026, 3, 1) + timedelta(days=number) for number in range(99))
    with container.db.transaction() as session:
        voices.save_voices(session, container.voice_cards)
        session.add(
            Show(slug="dawn", title="Dawn", language="en-US", time_zone="UTC", voice=find_voice(session, "tone"))
        )

    def make(*bodies: str) -> int:
        items = tuple(ItemDraft(f"Story {number}", body, None, None) for number, body in enumerate(bodies, start=1))
        draft = BriefDraft("dawn", next(days), "The morning", items)
        with container.db.transaction() as session:
            return import_brief(session, draft, replace=False, as_draft=False, actor="test").brief_id

    return make
