"""What a new kind of work needs, and gets from the engine without a line of its own: see `errands.py`."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select, update

from brief_audio import logs
from brief_audio.bootstrap import Container
from brief_audio.config.settings import Settings
from brief_audio.db import work
from brief_audio.db.connection import wakeups
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import ErrorGroup, Show
from brief_audio.domain.errors import BriefAudioError, InvalidInputError
from brief_audio.domain.jobs import QueueRules
from brief_audio.services.work.kind import WorkKind
from brief_audio.storage.local import LocalStore
from scheduler.turn import run_one
from scheduler.worker import Worker
from tests.db.work.errands import ERRANDS, Errand, Errands, install, remove
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech

PATIENCE_SECONDS = 20


@pytest.fixture
def container(database: Database, tmp_path: Path) -> Iterator[Container]:
    settings = Settings.from_env({"BRIEF_DATA_DIR": str(tmp_path)}, processors=2, needs_secret=False)
    speech = ThreadSpeech(FaultyEngine())
    with database.engine.begin() as connection:
        install(connection)
    yield Container(settings, database, LocalStore(tmp_path / "store"), speech, QueueRules(), ())
    speech.close()
    with database.engine.begin() as connection:
        remove(connection)


@pytest.fixture
def ask(container: Container, show: Show) -> Callable[[str], int]:
    def queue(what: str) -> int:
        with container.db.transaction() as session:
            errand = Errand(show_id=show.id, what=what, requested_by="ann")
            session.add(errand)
            session.flush()
            wakeups.wake_workers(session, ERRANDS.name)
            return errand.id

    return queue


def row(container: Container, number: int) -> Errand:
    with container.db.transaction() as session:
        return session.get_one(Errand, number)


def test_a_worker_does_it_in_a_place_of_its_own(container: Container, ask: Callable[[str], int]) -> None:
    done = Event()
    errands = Errands()

    def do_and_tell(*given: object) -> str:
        try:
            return errands.kind.do(*given)  # type: ignore[arg-type]
        finally:
            done.set()

    worker = Worker(container, [*container.kinds, replace(errands.kind, do=do_and_tell)])
    worker.start()
    number = ask("milk")
    worker.wake([ERRANDS.name])

    assert done.wait(PATIENCE_SECONDS)
    worker.stop()
    worker.join(PATIENCE_SECONDS)
    assert (row(container, number).status, row(container, number).fetched) == ("completed", "milk, fetched")


def test_one_that_fails_waits_and_one_that_cannot_be_done_ends(container: Container, ask: Callable[[str], int]) -> None:
    later, never = ask("milk"), ask("a unicorn")
    errands = Errands(
        failing={"milk": BriefAudioError("the shop is closed"), "a unicorn": InvalidInputError("there are none")}
    )

    for _ in range(2):
        assert run_one(container, Event(), errands.kind)

    assert not run_one(container, Event(), errands.kind)
    assert (row(container, later).status, row(container, later).error) == ("queued", "the shop is closed")
    assert (row(container, never).status, row(container, never).error) == ("failed", "there are none")
    with container.db.transaction() as session:
        kept = session.execute(select(ErrorGroup.title)).scalars().all()
    assert {"The shop is closed", "There are none"} == set(kept)


def test_that_of_a_dead_worker_is_rescued(container: Container, ask: Callable[[str], int]) -> None:
    number, kind = ask("milk"), Errands().kind
    work.claim_next(container.db, ERRANDS, "worker-1", kind.rules)
    with container.db.transaction() as session:
        session.execute(update(Errand).values(lease_until=func.now() - func.make_interval(0, 0, 0, 0, 0, 0, 1)))

    with container.db.transaction() as session:
        assert work.rescue(session, ERRANDS, kind.rules, actor="clock") == [number]

    assert run_one(container, Event(), kind)
    assert row(container, number).status == "completed"


def test_what_is_logged_meanwhile_names_it(
    container: Container, ask: Callable[[str], int], caplog: pytest.LogCaptureFixture
) -> None:
    number = ask("milk")
    caplog.handler.setFormatter(logs.TextFormatter(is_terminal=False))
    caplog.set_level(logging.INFO)

    def talk(*given: object) -> str:
        logging.getLogger("somewhere.else").warning("the door is stuck")
        return Errands().kind.do(*given)  # type: ignore[arg-type]

    assert run_one(container, Event(), replace(Errands().kind, do=talk))

    assert f"errand {number} (dawn, attempt 1): the door is stuck" in caplog.text
    assert f"errand {number} (dawn, attempt 1): fetched milk" in caplog.text


def test_each_kind_says_how_many_it_does_at_once(container: Container) -> None:
    kinds: dict[str, WorkKind] = {kind.table.name: kind for kind in container.kinds}

    assert {name: len(kind.places) for name, kind in kinds.items()} == {
        "job": container.settings.concurrency,
        "preview": 1,
    }
