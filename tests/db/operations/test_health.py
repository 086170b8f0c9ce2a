"""What is asked of the database when somebody wants to know whether all is well."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, text, update

from brief_audio.db.connection import migrate
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.operations import health as rows
from brief_audio.db.work import Claim
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import TryAgainError
from brief_audio.services.operations import health
from brief_audio.services.operations.health import Level, checked
from brief_audio.storage.local import LocalStore

NOWHERE = "postgresql:///none?host=/nonexistent"


def test_the_server_says_its_version(database: Database) -> None:
    check = health.database(database, "embedded")

    assert check.level is Level.OK
    assert "embedded, answers in" in check.found


def test_more_than_a_third_of_the_connections_warns(database: Database) -> None:
    """Red without `CONNECTIONS_SHARE` in `brief_audio/services/operations/health.py:database`."""
    with database.transaction() as session:
        allowed = rows.most_connections(session)

    few = health.database(database, "embedded", connections=allowed // 3)
    many = health.database(database, "embedded", connections=allowed // 3 + 1)

    assert (few.level, many.level) == (Level.OK, Level.WARN)
    assert f"may open {allowed // 3 + 1} of its {allowed} connections" in many.found
    assert many.code == "too_many_connections"


@pytest.mark.parametrize(
    ("ahead", "level", "told"),
    [
        (timedelta(0), Level.OK, "0.0"),
        (timedelta(seconds=5), Level.WARN, "ahead of the database's"),
        (timedelta(seconds=-5), Level.WARN, "behind the database's"),
        (timedelta(minutes=2), Level.FAIL, "ahead of"),
    ],
)
def test_clocks_that_differ_warn_and_then_fail(database: Database, ahead: timedelta, level: Level, told: str) -> None:
    def now() -> datetime:
        return utc_now() + ahead

    check = health.clock(database, now)

    assert (check.level, told in check.found) == (level, True)


def test_a_slow_answer_is_no_skew(database: Database) -> None:
    waits = iter([timedelta(0), timedelta(seconds=3)])

    def now() -> datetime:
        return utc_now() - timedelta(seconds=1.5) + next(waits)

    assert health.clock(database, now).level is Level.OK


def test_a_schema_at_its_head_is_well(database: Database) -> None:
    assert health.migrations(database, is_own_server=True).level is Level.OK


@pytest.mark.parametrize(("is_own", "level"), [(True, Level.FAIL), (False, Level.WARN)])
def test_an_old_schema_fails_where_nobody_brings_it_up_to_date(database: Database, is_own: bool, level: Level) -> None:
    head = migrate.head()
    try:
        stamp(database, "0001")
        check = health.migrations(database, is_own_server=is_own)
    finally:
        stamp(database, head)

    assert (check.level, check.code) == (level, "schema_outdated")
    assert "schema is at 0001" in check.found


def stamp(database: Database, revision: str | None) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_jobs_that_are_taken_care_of_are_none_to_worry_about(database: Database, claim: Claim) -> None:
    assert health.queue(database).level is Level.OK


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({"lease_until": func.now() - timedelta(minutes=11)}, (1, 0)),
        ({"status": "queued", "lease_until": None, "run_after": func.now() - timedelta(minutes=11)}, (0, 1)),
        ({"status": "queued", "lease_until": None, "run_after": func.now() + timedelta(minutes=11)}, (0, 0)),
        ({"status": "failed", "lease_until": None, "finished_at": func.now() - timedelta(days=1)}, (0, 0)),
    ],
)
def test_jobs_that_nobody_takes_care_of_are_counted(
    database: Database, claim: Claim, change: dict[str, object], counted: tuple[int, int]
) -> None:
    with database.transaction() as session:
        session.execute(update(Job).values(**change))
        found = rows.unattended_jobs(session, timedelta(minutes=10))

    assert (found.overdue, found.waiting) == counted
    assert (health.queue(database).level is Level.WARN) is (counted != (0, 0))


def test_a_database_that_does_not_answer_fails_each_check_in_a_sentence(make_nothing: Callable[[], Database]) -> None:
    nowhere = make_nothing()

    for look in (
        lambda: health.database(nowhere, "your own"),
        lambda: health.migrations(nowhere, is_own_server=True),
        lambda: health.clock(nowhere, utc_now),
        lambda: health.queue(nowhere),
    ):
        check = checked("database", look)
        assert check.level is Level.FAIL
        assert "did not answer" in check.found
    with pytest.raises(TryAgainError):
        migrate.current(nowhere)


def test_a_database_that_refuses_this_user_fails_the_check_in_a_sentence(database: Database) -> None:
    url = database.engine.url.set(username="weak", password="weak")
    with database.transaction() as session:
        session.execute(text("CREATE ROLE weak LOGIN PASSWORD 'weak'"))
    refusing = Database(url.render_as_string(hide_password=False), name="weak")
    try:
        check = checked("migrations", lambda: health.migrations(refusing, is_own_server=True))
    finally:
        refusing.close()
        with database.transaction() as session:
            session.execute(text("DROP ROLE weak"))

    assert check.level is Level.FAIL
    assert check.found == "the database refused: permission denied for table alembic_version"


@pytest.fixture
def make_nothing() -> Callable[[], Database]:
    return lambda: Database(NOWHERE, name="nowhere")


def test_readiness_looks_at_three_parts_and_changes_nothing(database: Database, tmp_path) -> None:
    checks = health.readiness(database, LocalStore(tmp_path / "store"))

    assert [(check.name, check.level) for check in checks] == [
        ("database", Level.OK),
        ("migrations", Level.OK),
        ("store", Level.OK),
    ]
    assert not (tmp_path / "store").exists()
