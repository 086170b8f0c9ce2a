"""The main job from claim to publication, and every way in which it may end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import cast

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from brief_audio.bootstrap import Container
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Item, Rendition, Show, Voice
from brief_audio.domain.brief_file import BriefDraft, ItemDraft
from brief_audio.domain.errors import TryAgainError
from brief_audio.domain.rendition_contents import RenditionContents
from brief_audio.services.briefs.import_brief import import_brief
from brief_audio.services.making import jobs
from brief_audio.services.making.jobs import JobReport
from brief_audio.storage.base import StoredObject
from brief_audio.storage.local import LocalStore
from scheduler.turn import run_one
from tests.e2e.generation.thread_speech import FaultyEngine

pytestmark = pytest.mark.slow
OPEN_FOR_A_SECOND = text(
    "SELECT query FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND now() - xact_start > interval '1 s'"
)
WORDS = "The council met on Tuesday. It agreed on the budget."


def ask(container: Container, brief_id: int, *, force: bool = False) -> int | None:
    return jobs.request_generation(
        container.db, brief_id, container.speech, rules=container.rules, force=force, requested_by="test"
    ).job_id


def generate(container: Container, brief_id: int, *, force: bool = False) -> JobReport:
    job_id = ask(container, brief_id, force=force)
    assert job_id is not None
    assert run_one(container, Event())
    with container.db.transaction() as session:
        return jobs.report(session, job_id)


def brief_row(container: Container, brief_id: int) -> Brief:
    with container.db.transaction() as session:
        return session.execute(select(Brief).where(Brief.id == brief_id)).scalar_one()


def renditions(container: Container) -> list[Rendition]:
    with container.db.transaction() as session:
        return list(session.execute(select(Rendition).order_by(Rendition.id)).scalars())


def test_a_brief_becomes_a_published_rendition(container: Container, make_brief: Callable[..., int]) -> None:
    report = generate(container, make_brief(WORDS, WORDS))

    assert (report.status, report.progress, report.completed_items, report.failed_items) == ("completed", 100, 2, 0)
    assert [item.state for item in report.items] == ["spoken", "spoken"]
    [rendition] = renditions(container)
    assert (rendition.number, rendition.state) == (1, "published")
    assert brief_row(container, report.brief_id).current_rendition_id == rendition.id
    assert -16.5 <= rendition.loudness_lufs <= -15.5
    assert rendition.true_peak_dbtp <= -1.0
    assert container.store.stat(rendition.audio_object).size_bytes == rendition.size_bytes


def test_the_rendition_keeps_the_texts_with_their_measured_times(
    container: Container, make_brief: Callable[..., int]
) -> None:
    generate(container, make_brief(WORDS, "A second story."))

    [rendition] = renditions(container)
    contents = RenditionContents.from_json(rendition.contents)
    first, second = contents.items
    assert (first.headline, second.body) == ("Story 1", "A second story.")
    assert first.start_ms is not None
    assert first.end_ms is not None
    assert second.end_ms is not None
    assert 0 <= first.start_ms < first.end_ms <= (second.start_ms or 0) < second.end_ms <= rendition.duration_ms
    assert max(contents.peaks) > 50


def test_no_temporary_file_is_left(container: Container, make_brief: Callable[..., int]) -> None:
    generate(container, make_brief(WORDS))

    assert list(container.scratch.iterdir()) == []


def test_an_unchanged_brief_is_up_to_date(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS)
    generate(container, brief_id)

    assert ask(container, brief_id) is None


def test_only_the_edited_item_is_spoken_again(
    container: Container, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    brief_id = make_brief(WORDS, "Another story.", "A third one.")
    generate(container, brief_id)
    engine.spoken.clear()
    with container.db.transaction() as session:
        session.execute(update(Item).where(Item.position == 2).values(body="Rewritten."))

    report = generate(container, brief_id)

    assert [item.state for item in report.items] == ["reused", "spoken", "reused"]
    assert engine.spoken == ["Story two.", "Rewritten."]
    assert [(row.number, row.state) for row in renditions(container)] == [(1, "superseded"), (2, "published")]


def test_force_speaks_every_item_again(
    container: Container, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    brief_id = make_brief(WORDS)
    generate(container, brief_id)
    engine.spoken.clear()

    report = generate(container, brief_id, force=True)

    assert [item.state for item in report.items] == ["spoken"]
    first, second = renditions(container)
    assert first.sha256 != second.sha256


def test_a_brief_without_items_fails_at_once(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS)
    with container.db.transaction() as session:
        session.execute(delete(Item))

    report = generate(container, brief_id)

    assert (report.status, report.error) == ("failed", "Brief has no items to process")
    assert renditions(container) == []


def test_a_failed_item_is_visible_and_the_others_go_on(container: Container, make_brief: Callable[..., int]) -> None:
    report = generate(container, make_brief(WORDS, "All garbled.", "A third one."))

    assert (report.status, report.completed_items, report.failed_items) == ("completed", 2, 1)
    assert [item.state for item in report.items] == ["spoken", "failed", "spoken"]
    assert "this text cannot be said" in (report.items[1].error or "")
    [rendition] = renditions(container)
    shown = RenditionContents.from_json(rendition.contents).items[1]
    assert (rendition.state, shown.state, shown.start_ms) == ("published", "failed", None)


def test_text_that_holds_no_words_fails_its_item(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS, WORDS, "x")
    with container.db.transaction() as session:
        session.execute(update(Item).where(Item.position == 3).values(headline="***", body="—"))

    report = generate(container, brief_id)

    assert report.items[2].state == "failed"


def test_too_many_failures_hold_the_rendition_and_leave_the_old_one(
    container: Container, make_brief: Callable[..., int]
) -> None:
    brief_id = make_brief(WORDS, "Another story.")
    generate(container, brief_id)
    with container.db.transaction() as session:
        session.execute(update(Item).where(Item.position == 2).values(body="All garbled."))

    report = generate(container, brief_id)

    brief = brief_row(container, brief_id)
    first, second = renditions(container)
    assert report.status == "completed"
    assert brief.held_reason == "1 of 2 items failed, more than the show allows"
    assert brief.current_rendition_id == first.id
    assert (first.state, second.state) == ("published", "stored")


def test_publishing_again_clears_the_held_mark(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS, "All garbled.")
    generate(container, brief_id)
    with container.db.transaction() as session:
        session.execute(update(Item).where(Item.position == 2).values(body="Mended."))

    generate(container, brief_id)

    assert brief_row(container, brief_id).held_reason is None


def test_when_every_item_fails_the_job_fails_with_the_first_reason(
    container: Container, make_brief: Callable[..., int]
) -> None:
    report = generate(container, make_brief("All garbled.", "Garbled too, garbled."))

    assert report.status == "failed"
    assert "this text cannot be said" in (report.error or "")
    assert renditions(container) == []
    assert brief_row(container, report.brief_id).held_reason is None


def test_an_utterance_that_fails_once_is_tried_again(
    container: Container, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    report = generate(container, make_brief("A wobble in the voice."))

    assert report.items[0].state == "spoken"
    assert engine.spoken.count("A wobble in the voice.") == 2


def test_an_utterance_has_three_tries(
    container: Container, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    report = generate(container, make_brief(WORDS, WORDS, "A crash in the voice."))

    assert report.items[2].state == "failed"
    assert "tried 3 times" in (report.items[2].error or "")
    assert engine.spoken.count("A crash in the voice.") == 3


def test_a_voice_that_cannot_be_loaded_fails_the_job(container: Container, make_brief: Callable[..., int]) -> None:
    report = generate(container, make_brief(WORDS, "A silent model."))

    assert (report.status, report.error) == ("failed", "the voice could not be loaded")


def test_a_cancelled_job_publishes_nothing(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS)
    ask(container, brief_id)
    with container.db.transaction() as session:
        session.execute(update(Job).values(cancel_requested=True))

    run_one(container, Event())

    with container.db.transaction() as session:
        assert session.execute(select(Job.status)).scalar() == "cancelled"
    assert renditions(container) == []


def test_a_worker_that_is_told_to_stop_gives_the_job_back(container: Container, make_brief: Callable[..., int]) -> None:
    ask(container, make_brief(WORDS))
    stop = Event()
    stop.set()

    run_one(container, stop)

    with container.db.transaction() as session:
        row = session.execute(select(Job.status, Job.attempt, Job.charged)).one()
    assert tuple(row) == ("queued", 1, 0)


def test_a_store_that_fails_keeps_the_job_for_later(container: Container, make_brief: Callable[..., int]) -> None:
    ask(container, make_brief(WORDS))
    (container.settings.data_dir / "store").write_text("a file where the store's folder should be")

    run_one(container, Event())

    with container.db.transaction() as session:
        row = session.execute(select(Job.status, Job.error)).one()
        waits = session.execute(select(Job.run_after > func.now())).scalar()
    assert row.status == "queued"
    assert row.error
    assert waits


def test_no_transaction_is_open_while_speaking_mastering_or_storing(
    container: Container, make_brief: Callable[..., int]
) -> None:
    brief_id = make_brief(*[WORDS * 6] * 4)
    ended = Event()
    long_open: list[str] = []

    def look() -> None:
        while not ended.wait(0.05):
            with container.db.transaction() as session:
                long_open.extend(session.execute(OPEN_FOR_A_SECOND).scalars())

    watcher = Thread(target=look)
    watcher.start()
    generate(replace(container, store=LeisurelyStore(container.settings.data_dir / "store")), brief_id)
    ended.set()
    watcher.join()

    assert long_open == []


class LeisurelyStore(LocalStore):
    """A store that takes more than a second for the sound of an edition, so that nothing open can go unseen."""

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:
        if name.endswith(".mp3"):
            Event().wait(1.5)
        return super().put(name, source, content_type)


def test_a_voice_that_the_engine_does_not_know_fails_its_item_alone(
    container: Container, make_brief: Callable[..., int]
) -> None:
    brief_id = make_brief(WORDS, "Another story.", "A third one.")
    with container.db.transaction() as session:
        session.execute(
            insert(Voice).values(
                name="ghost", engine="x", language="en", rate_hz=1, licence="", descends_from="", is_verified=False
            )
        )
        ghost = session.execute(select(Voice.id).where(Voice.name == "ghost")).scalar_one()
        session.execute(update(Item).where(Item.position == 2).values(voice_id=ghost))

    report = generate(container, brief_id)

    assert [item.state for item in report.items] == ["spoken", "failed", "spoken"]
    assert "ghost" in (report.items[1].error or "")


def test_a_damaged_narration_is_spoken_anew(
    container: Container, make_brief: Callable[..., int], engine: FaultyEngine
) -> None:
    brief_id = make_brief(WORDS)
    generate(container, brief_id)
    [narration] = (container.settings.data_dir / "store" / "narrations").rglob("*.flac")
    whole = narration.read_bytes()
    narration.write_bytes(whole[: len(whole) // 2])
    with container.db.transaction() as session:
        session.execute(update(Brief).values(title="Another title"))

    report = generate(container, brief_id)

    assert report.items[0].state == "spoken"
    assert narration.read_bytes() == whole


def test_a_cover_that_is_gone_holds_nothing_up(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS)
    with container.db.transaction() as session:
        session.execute(update(Show).values(cover_object="shows/dawn/covers/0123456789abcdef.png"))

    assert generate(container, brief_id).status == "completed"


def test_what_an_earlier_attempt_stored_is_removed(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS)
    job_id = ask(container, brief_id)
    left = container.settings.data_dir / f"store/shows/dawn/{brief_id}/0001-{job_id}.7-0123456789abcdef.mp3"
    foreign = left.with_name(f"0001-{job_id}9.7-0123456789abcdef.mp3")
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    foreign.write_bytes(b"x")

    run_one(container, Event())

    assert not left.exists()
    assert foreign.exists()


def test_a_finish_whose_answer_was_lost_is_not_done_twice(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS)
    ask(container, brief_id)
    db = ForgetfulDatabase(container.db)

    assert run_one(replace(container, db=cast("Database", db)), Event())

    [rendition] = renditions(container)
    assert rendition.state == "published"
    assert db.forgotten == 1


class ForgetfulDatabase:
    """The real database, whose answer to the commit that publishes is lost once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.forgotten = 0

        self.ask = db.ask

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self._db.transaction() as session:
            yield session
            published = session.execute(select(func.count()).select_from(Rendition)).scalar_one()
        if published and not self.forgotten:
            self.forgotten += 1
            raise TryAgainError("the connection was cut while committing")


def test_an_item_that_stays_as_it_was_keeps_its_take(container: Container, make_brief: Callable[..., int]) -> None:
    brief_id = make_brief(WORDS, "Another story.")
    generate(container, brief_id)
    generate(container, brief_id, force=True)
    items = (ItemDraft("Story 1", WORDS, None, None), ItemDraft("Story 2", "Rewritten.", None, None))
    with container.db.transaction() as session:
        day = brief_row(container, brief_id).local_date
        assert day is not None
        import_brief(session, BriefDraft("dawn", day, "The morning", items), replace=True, as_draft=False, actor="x")

    report = generate(container, brief_id)

    assert [item.state for item in report.items] == ["reused", "spoken"]
    assert [item.state for item in generate(container, brief_id, force=True).items] == ["spoken", "spoken"]
