"""Previews among the kinds of work: what is known of each beside its state, and how long it is kept."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, update

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import previews
from brief_audio.db.making.previews import PREVIEWS
from brief_audio.db.models import Brief, Preview, Show
from brief_audio.db.operations import stored_objects
from brief_audio.db.work import Claim
from brief_audio.domain.errors import LeaseLostError, WorkCancelledError
from brief_audio.domain.jobs import QueueRules
from brief_audio.domain.object_names import narration_name
from brief_audio.domain.work import WorkStatus
from brief_audio.services.operations.retention import forget_old

KEY = "a" * 64
RULES = QueueRules()


def ask(db: Database, show: Show, *, email: str = "ann@example.org", **columns: object) -> int:
    with db.transaction() as session:
        given = {"headline": "Bridge", "body": "It opens.", "voice": "joe", "requested_by": email} | columns
        return previews.add(session, Preview(show_id=show.id, **given)).id


def claimed(db: Database) -> Claim:
    found = work.claim_next(db, PREVIEWS, "worker-1", RULES)
    assert found is not None
    return found


def row(db: Database, number: int) -> Preview:
    with db.transaction() as session:
        found = previews.find(session, number)
        assert found is not None
        return found


def test_what_was_spoken_is_noted_with_its_key(database: Database, show: Show) -> None:
    number = ask(database, show)

    with database.transaction() as session:
        previews.finish(session, claimed(database), narration_key=KEY, duration_ms=1500)

    spoken = row(database, number)
    assert (spoken.status, spoken.narration_key, spoken.duration_ms, spoken.progress) == ("completed", KEY, 1500, 100)


def test_a_worker_that_was_away_too_long_changes_nothing(database: Database, show: Show) -> None:
    number = ask(database, show)
    dead = claimed(database)
    with database.transaction() as session:
        session.execute(update(Preview).values(lease_until=func.now() - timedelta(seconds=1)))
        work.rescue(session, PREVIEWS, RULES, actor="clock")
    claimed(database)

    with pytest.raises(LeaseLostError), database.transaction() as session:
        previews.finish(session, dead, narration_key=KEY, duration_ms=1000)

    assert (row(database, number).status, row(database, number).narration_key) == (WorkStatus.PROCESSING, None)


def test_one_that_was_cancelled_meanwhile_is_not_finished(database: Database, show: Show) -> None:
    number = ask(database, show)
    claim = claimed(database)
    with database.transaction() as session:
        work.cancel(session, PREVIEWS, number, requested_by="ann@example.org")

    with pytest.raises(WorkCancelledError), database.transaction() as session:
        previews.finish(session, claim, narration_key=KEY, duration_ms=1000)

    assert row(database, number).narration_key is None


def test_only_ones_own_waiting_previews_count(database: Database, show: Show) -> None:
    mine = ask(database, show)
    ask(database, show, email="bob@example.org")
    ask(database, show, status=WorkStatus.COMPLETED, finished_at=func.now())

    with database.transaction() as session:
        assert [preview.id for preview in previews.waiting_of(session, "ann@example.org")] == [mine]


def test_how_many_go_first_is_counted_so_far(database: Database, show: Show) -> None:
    numbers = [ask(database, show) for _ in range(4)]

    with database.transaction() as session:
        assert previews.count_before(session, numbers[2], most=10) == 2
        assert previews.count_before(session, numbers[3], most=2) == 2


def test_the_place_of_a_text_is_its_item_while_that_is_there(
    database: Database, show: Show, make_brief: Callable[..., Brief]
) -> None:
    brief = make_brief(2)
    with database.transaction() as session:
        item_id = session.get_one(Brief, brief.id).items[1].id
    number = ask(database, show, item_id=item_id)
    with database.transaction() as session:
        there = previews.origin(session, session.get_one(Preview, number))
        session.delete(session.get_one(Brief, brief.id).items[1])
    with database.transaction() as session:
        gone = previews.origin(session, session.get_one(Preview, number))

    assert (there.brief_slug, there.position) == (brief.slug, 2)
    assert (gone.show.slug, gone.brief_slug, gone.position) == ("dawn", None, None)


def test_the_store_keeps_what_a_preview_names_for_a_day(database: Database, show: Show) -> None:
    """Red where `named_among` does not ask for previews, or where `forget_old` does not forget them."""
    number = ask(database, show, status=WorkStatus.COMPLETED, finished_at=func.now(), narration_key=KEY)
    name = narration_name(KEY)
    fresh = ask(database, show, status=WorkStatus.COMPLETED, finished_at=func.now(), narration_key="b" * 64)
    with database.transaction() as session:
        assert stored_objects.named_among(session, [name]) == {name}
        aged = update(Preview).where(Preview.id == number).values(created_at=Preview.created_at - timedelta(days=2))
        session.execute(aged)

    forget_old(database, before=row(database, fresh).created_at)

    with database.transaction() as session:
        assert stored_objects.named_among(session, [name, narration_name("b" * 64)]) == {narration_name("b" * 64)}
