"""The list of briefs and the calendar."""

from datetime import date
from pathlib import Path

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing, renditions
from brief_audio.db.models import AudioGenerationJob, Brief
from brief_audio.storage.local import LocalStore
from tests import factories
from tests.admin.browser import Browser
from tests.web.editions import add_edition, add_show


@pytest.fixture
def show_id(database: Database) -> int:
    return add_show(database)


def add_brief(database: Database, show_id: int, day: date, *, title: str = "Plans", state: str = "ready") -> int:
    with database.transaction() as session:
        slug = f"brief-{show_id}-{day}"
        return factories.brief(session, show_id, day, items=1, slug=slug, title=title, state=state).id


def test_an_installation_without_briefs_says_how_to_begin(viewer: Browser, editor: Browser) -> None:
    assert "No briefs yet" in viewer.text("/admin/briefs/")
    assert "/admin/briefs/new" in editor.text("/admin/briefs/")
    assert "/admin/briefs/new" not in viewer.text("/admin/briefs/")


def test_pages_follow_one_another_without_a_gap(viewer: Browser, database: Database, show_id: int) -> None:
    days = [date(2026, 1, 1 + n % 28).replace(month=1 + n // 28) for n in range(60)]
    for n, day in enumerate(days):
        add_brief(database, show_id, day, title=f"Brief number {n:02}")
    with database.transaction() as session:
        factories.brief(session, show_id, None, slug="text", title="Brief number 99", state="draft")

    first = viewer.text("/admin/briefs/")
    older = first.split('href="/admin/briefs/?before=')[1].split('"')[0]
    second = viewer.text(f"/admin/briefs/?before={older}")

    on_first = [n for n in (*range(60), 99) if f"Brief number {n:02}" in first]
    on_second = [n for n in (*range(60), 99) if f"Brief number {n:02}" in second]
    assert (on_first, on_second) == (list(range(10, 60)), [*range(10), 99])
    assert "Older briefs" not in second


@pytest.mark.parametrize("view", ["", "?view=calendar"])
def test_the_button_beside_the_shows_is_not_called_as_they_are(viewer: Browser, show_id: int, view: str) -> None:
    page = viewer.text(f"/admin/briefs/{view}")

    assert 'type="submit">Show</button>' not in page


@pytest.fixture
def one_of_each(database: Database, store: LocalStore, tmp_path: Path, show_id: int) -> None:
    sound = tmp_path / "a.mp3"
    sound.write_bytes(b"sound")
    for day, state in ((1, "draft"), (2, "ready"), (3, "ready"), (4, "ready"), (5, "ready")):
        add_brief(database, show_id, date(2026, 3, day), title=f"Title {day}", state=state)
    add_edition(database, store, sound, local_date=date(2026, 3, 6), title="Title 6")
    with database.transaction() as session:
        by_day = {brief.local_date.day: brief for brief in session.query(Brief)}
        enqueueing.enqueue(session, by_day[3], requested_by="test")
        renditions.hold(session, by_day[4], "2 of 3 items failed")
        failed = session.get_one(AudioGenerationJob, enqueueing.enqueue(session, by_day[5], requested_by="test").job_id)
        failed.status, failed.error, failed.finished_at = "failed", "The voice is not here", failed.created_at


@pytest.mark.parametrize(
    ("state", "title"),
    [("draft", 1), ("ready", 2), ("generating", 3), ("held", 4), ("failed", 5), ("published", 6), ("errors", None)],
)
def test_the_list_is_narrowed_to_a_state(viewer: Browser, one_of_each: None, state: str, title: int | None) -> None:
    page = viewer.text(f"/admin/briefs/?state={state}")

    assert [n for n in range(1, 7) if f"Title {n}" in page] == ([title] if title else [])


def test_what_is_held_and_what_failed_says_why(viewer: Browser, one_of_each: None) -> None:
    page = viewer.text("/admin/briefs/?show=morning-brief")

    assert "2 of 3 items failed" in page
    assert "The voice is not here" in page


def test_the_calendar_shows_a_month_and_where_nothing_is_written(
    viewer: Browser, editor: Browser, one_of_each: None
) -> None:
    page = editor.text("/admin/briefs/?view=calendar&month=2026-03")

    assert "March 2026" in page
    assert page.count('class="word"') == 6
    assert "/admin/briefs/new?show=morning-brief&amp;date=2026-03-31" in page
    assert "/admin/briefs/new" not in viewer.text("/admin/briefs/?view=calendar&month=2026-03")


@pytest.mark.parametrize(
    "query",
    [
        "state=unknown",
        "before=yesterday",
        "before=2026-02-31.1",
        f"before=.{10**30}",
        "view=calendar&month=2026-13",
        "view=calendar&month=0000-01",
        "view=calendar&month=٢٠٢٦-٠٣",
    ],
)
def test_an_address_whose_query_means_nothing_is_refused(viewer: Browser, one_of_each: None, query: str) -> None:
    assert viewer.get(f"/admin/briefs/?{query}").status_code == 400


@pytest.mark.parametrize("query", ["show=nobody", "show=%00", "view=calendar&show=nobody"])
def test_a_show_that_was_made_up_is_not_found(viewer: Browser, one_of_each: None, query: str) -> None:
    assert viewer.get(f"/admin/briefs/?{query}").status_code == 404
