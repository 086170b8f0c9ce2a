"""Somebody asks for a brief in the very moment in which its job finishes: both come about."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

from sqlalchemy import event, func, select, text

from brief_audio.bootstrap import Container
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Rendition
from brief_audio.services.making.jobs import Requested, request_generation
from scheduler.turn import run_one
from tests.e2e.product import wait_until

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


def ask(container: Container, brief_id: int) -> Requested:
    return request_generation(
        container.db, brief_id, container.speech, rules=container.rules, force=True, requested_by="test"
    )


def test_a_request_and_a_finish_do_not_wait_for_each_other(
    container: Container, make_brief: Callable[..., int]
) -> None:
    """Red without the brief being locked before its job in `brief_audio/services/making/publishing.py:_finish`."""
    brief_id = make_brief("One.")
    first = ask(container, brief_id)
    asker = ThreadPoolExecutor(1)
    asked: list[Future[Requested]] = []

    def ask_meanwhile(connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        if "FROM finish_" in statement and not asked:
            asked.append(asker.submit(ask, container, brief_id))
            with container.db.transaction() as session:
                wait_until(lambda: session.execute(WAITING).scalar_one() > 0, "the request to wait for the finish")

    event.listen(container.db.engine, "after_cursor_execute", ask_meanwhile)
    try:
        run_one(container, Event())
    finally:
        event.remove(container.db.engine, "after_cursor_execute", ask_meanwhile)
    second = asked[0].result(60)

    assert second.is_new
    assert second.job_id != first.job_id
    with container.db.transaction() as session:
        assert session.execute(select(func.count()).select_from(Rendition)).scalar() == 1
        assert session.execute(select(Job.status).order_by(Job.id)).scalars().all() == ["completed", "queued"]
    asker.shutdown()
