"""Counting in the database: exact among many who ask at once, over when the window is."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from brief_audio.db.operations import rate_windows
from brief_audio.services.operations.rate_limit_storage import DatabaseWindows, ProcessWindows


@pytest.fixture
def nowhere() -> Iterator[Database]:
    """A database that does not answer."""
    db = Database("postgresql:///none?host=/nonexistent", name="nowhere")
    yield db
    db.close()


def age(db: Database, seconds: int) -> None:
    with db.transaction() as session:
        session.execute(text("UPDATE rate_window SET ends_at = ends_at - make_interval(secs => :s)"), {"s": seconds})


def test_sixty_who_ask_at_once_are_sixty(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: rate_windows.hit(database, "one", seconds=60), range(60)))

    assert sorted(counts) == list(range(1, 61))


def test_a_window_ends_by_itself_and_a_new_one_begins_with_the_next_request(database: Database) -> None:
    for _ in range(3):
        rate_windows.hit(database, "one", seconds=60)
    age(database, 61)

    assert rate_windows.live(database, "one") == (0, 0.0)
    assert rate_windows.hit(database, "one", seconds=60) == 1
    count, seconds = rate_windows.live(database, "one")
    assert count == 1
    assert 55 < seconds <= 60


def test_what_is_over_is_swept_and_what_is_not_stays(database: Database) -> None:
    rate_windows.hit(database, "old", seconds=1)
    age(database, 2)
    rate_windows.hit(database, "new", seconds=60)

    assert rate_windows.remove_expired(database, 100) == 1
    assert rate_windows.live(database, "new")[0] == 1


def test_counting_sweeps_along_once_a_minute(database: Database) -> None:
    rate_windows.hit(database, "old", seconds=1)
    age(database, 2)
    instants = iter([0.0, 30.0, 61.0, 61.0])
    windows = DatabaseWindows(database=database, monotonic=lambda: next(instants))

    windows.incr("new", 60)
    with database.transaction() as session:
        kept = session.execute(text("SELECT count(*) FROM rate_window")).scalar_one()
    windows.incr("new", 60)

    with database.transaction() as session:
        assert (kept, session.execute(text("SELECT count(*) FROM rate_window")).scalar_one()) == (2, 1)


def test_the_windows_of_the_database_do_what_limits_asks_of_a_storage(database: Database) -> None:
    windows = DatabaseWindows(database=database)
    windows.incr("one", 60, amount=4)
    windows.incr("two", 60)

    assert (windows.get("one"), windows.get("three"), windows.check()) == (4, 0, True)
    windows.clear("one")
    assert windows.get("one") == 0
    assert windows.reset() == 1


def test_a_database_that_is_away_says_so(nowhere: Database) -> None:
    assert not DatabaseWindows(database=nowhere).check()


def test_a_process_counts_for_itself_until_the_window_is_over() -> None:
    now = [1000.0]
    windows = ProcessWindows(now=lambda: now[0])

    counts = [windows.incr("one", 60) for _ in range(3)]
    ends_at = windows.get_expiry("one")
    now[0] = 1060.0

    assert (counts, ends_at) == ([1, 2, 3], 1060.0)
    assert (windows.get("one"), windows.incr("one", 60)) == (0, 1)


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    now = [1_000_000.0]
    windows = ProcessWindows(now=lambda: now[0])
    windows.incr("one", 60, amount=100)

    now[0] = 1000.0

    assert windows.incr("one", 60) == 1


def test_however_many_ask_a_process_keeps_only_so_many_windows() -> None:
    windows = ProcessWindows(most=100)

    for number in range(1000):
        windows.incr(f"address {number}", 60)

    kept = windows.reset()
    assert kept is not None
    assert kept <= 100
