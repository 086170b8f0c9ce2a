"""An edition that several voices read says so everywhere: in its row, its manifest, its tags."""

import json
from collections.abc import Callable, Mapping
from threading import Event

import mutagen.id3
import pytest
from sqlalchemy import select, update

from brief_audio.bootstrap import Container
from brief_audio.db.models import Item, Rendition, Show, Voice
from brief_audio.services.making import jobs
from scheduler.turn import run_one

pytestmark = pytest.mark.slow


@pytest.fixture
def generate(container: Container, make_brief: Callable[..., int]) -> Callable[[Mapping[str, str | None]], Rendition]:
    """Generate a brief whose items are the keys, each read by its voice, or by the show's, and return the rendition."""

    def make(items: Mapping[str, str | None]) -> Rendition:
        brief_id = make_brief(*items)
        with container.db.transaction() as session:
            session.execute(update(Show).values(failed_share_limit=1.0))
            for position, name in enumerate(items.values(), start=1):
                if name:
                    voice = Voice(
                        name=name,
                        engine="tone",
                        language="en-US",
                        rate_hz=22050,
                        licence="-",
                        descends_from="-",
                        is_verified=True,
                    )
                    session.add(voice)
                    session.flush()
                    session.execute(update(Item).where(Item.position == position).values(voice_id=voice.id))
        jobs.request_generation(
            container.db, str(brief_id), container.speech, rules=container.rules, force=False, requested_by="test"
        )
        assert run_one(container, Event())
        with container.db.transaction() as session:
            return session.execute(select(Rendition)).scalar_one()

    return make


def test_every_voice_is_named_in_the_order_of_first_use(
    container: Container, generate: Callable[[Mapping[str, str | None]], Rendition]
) -> None:
    rendition = generate({"It rains.": "joe", "It snows.": None, "It hails.": None})

    assert rendition.voices == ("joe", "tone")
    with container.store.open_range(rendition.manifest_object) as stored:
        manifest = json.loads(stored.read())
    assert manifest["voices"] == ["joe", "tone"]
    assert "(voices joe and tone)" in manifest["statement"]
    with container.store.open_range(rendition.audio_object) as stored:
        [comment] = mutagen.id3.ID3(stored).getall("COMM")
    assert "(voices joe and tone)" in comment.text[0]


def test_a_voice_that_is_not_heard_is_not_named(
    generate: Callable[[Mapping[str, str | None]], Rendition],
) -> None:
    assert generate({"All is garbled.": "joe", "It snows.": None}).voices == ("tone",)
