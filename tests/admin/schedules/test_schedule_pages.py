"""Schedules: what is coming, tried before it is saved; only admins change it, and no mistake is a broken page."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Schedule, ScheduleOverride
from brief_audio.domain.clock import utc_now
from brief_audio.services.schedules import editing
from brief_audio.services.schedules.editing import SchedulePlan
from tests import factories
from tests.admin.browser import Browser
from tests.web.editions import add_show

FIELDS = {"cron": "30 5 * * *", "time_zone": "Europe/Berlin", "catch_up": "360", "ready_by": "", "enabled": "1"}
BERLIN = ZoneInfo("Europe/Berlin")
VERSION = re.compile(r'name="version" value="([0-9a-f]+)"')
TOMORROW = "tomorrow"


@pytest.fixture
def now() -> datetime:
    return utc_now()


@pytest.fixture
def schedule(database: Database, now: datetime) -> int:
    add_show(database, title="Morning <b>Brief</b>")
    with database.transaction() as session:
        plan = SchedulePlan("30 5 * * *")
        return editing.add(session, "morning-brief", plan, now=now - timedelta(days=2), actor="tests").id


def fields(browser: Browser, schedule: int, **changed: str) -> dict[str, str]:
    found = VERSION.search(browser.text(f"/admin/schedules/{schedule}"))
    assert found is not None
    return FIELDS | {"version": found[1], "do": "save"} | changed


def kept(database: Database, schedule: int) -> Schedule:
    with database.transaction() as session:
        found = session.get(Schedule, schedule)
        assert found is not None
        return found


def test_the_list_says_when_each_show_runs_next(viewer: Browser, schedule: int) -> None:
    page = viewer.text("/admin/schedules/")

    assert "Every day at 05:30 Berlin time" in page
    assert "Morning &lt;b&gt;Brief&lt;/b&gt;" in page
    assert "none yet" in page


def test_a_page_shows_the_next_fourteen_runs_in_both_times(viewer: Browser, schedule: int) -> None:
    page = viewer.text(f"/admin/schedules/{schedule}")

    assert "Next 14 runs" in page
    assert page.count("05:30</td>") == 14
    assert "UTC+1" in page or "UTC+2" in page


def test_a_preview_shows_clocks_that_change_and_saves_nothing(
    admin: Browser, database: Database, schedule: int
) -> None:
    """Red without `trial.rollback()` in `services/schedules/manual_changes.py:try_out`."""
    sent = fields(admin, schedule, cron="30 2 * mar,oct sun", do="preview")

    page = admin.post(f"/admin/schedules/{schedule}", **sent).get_data(as_text=True)

    assert "Nothing is saved yet" in page
    assert "02:30 does not exist, runs at 03:00" in page
    assert "02:30 occurs twice, runs the first time" in page
    assert kept(database, schedule).cron == "30 5 * * *"


def test_what_is_saved_shows(admin: Browser, database: Database, schedule: int) -> None:
    sent = fields(admin, schedule, cron="15 6 * * mon-fri", ready_by="07:00", enabled="")

    answer = admin.post(f"/admin/schedules/{schedule}", **sent)

    assert answer.status_code == 303
    assert "Every weekday at 06:15" in admin.text(answer.location)
    assert not kept(database, schedule).is_enabled


def test_the_second_of_two_tabs_is_told(admin: Browser, database: Database, schedule: int) -> None:
    sent = fields(admin, schedule)
    admin.post(f"/admin/schedules/{schedule}", **sent | {"cron": "0 6 * * *"})

    second = admin.post(f"/admin/schedules/{schedule}", **sent | {"cron": "0 7 * * *"})

    assert second.status_code == 409
    assert "this schedule has changed" in second.get_data(as_text=True).lower()
    assert "Another user has changed this to “0 6 * * *”" in second.get_data(as_text=True)
    assert kept(database, schedule).cron == "0 6 * * *"


def test_a_form_sent_twice_is_saved_once(admin: Browser, schedule: int) -> None:
    sent = fields(admin, schedule, cron="0 6 * * *")

    answers = [admin.post(f"/admin/schedules/{schedule}", **sent).status_code for _ in range(2)]

    assert answers == [303, 303]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"cron": "0 5 31 2 *"}, "never fires"),
        ({"cron": "0 5,17 * * *"}, "fire more than once per date"),
        ({"cron": "0 5 * * 1"}, "numbers mean different days"),
        ({"cron": "٠ ٥ * * *"}, "is not from 0 to 59"),
        ({"cron": "\0"}, "a character that can"),
        ({"cron": "x" * 1000}, "at most 200 characters"),
        ({"cron": ""}, "The cron expression is missing"),
        ({"time_zone": "Mars/Olympus"}, "is not a time zone"),
        ({"ready_by": "05:30"}, "is not after the start"),
        ({"ready_by": "25:00"}, "from 00:00 to 23:59"),
        ({"catch_up": "9" * 31}, "from 1 to 1440 minutes"),
        ({"catch_up": "١٢"}, "in digits 0 to 9"),
        ({"enabled": "maybe"}, "Tick the box"),
        ({"do": "explode"}, "one of the options"),
        ({"colour": "red"}, "has no field"),
    ],
)
def test_what_cannot_stand_is_said_and_kept_in_the_form(
    admin: Browser, database: Database, schedule: int, changed: dict[str, str], told: str
) -> None:
    answer = admin.post(f"/admin/schedules/{schedule}", **fields(admin, schedule, **changed))

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert told in page or changed.keys() == {"do"}
    assert kept(database, schedule).cron == "30 5 * * *"


def test_a_date_is_skipped_and_comes_back(admin: Browser, database: Database, schedule: int, now: datetime) -> None:
    day = (now + timedelta(days=3)).date().isoformat()

    admin.post(f"/admin/schedules/{schedule}/decide", kind="skip", first=day, last="", at="")
    skipped = admin.text(f"/admin/schedules/{schedule}")
    admin.post(f"/admin/schedules/{schedule}/take-back", first=day, last="")

    assert "Undo skip" in skipped
    assert "Undo skip" not in admin.text(f"/admin/schedules/{schedule}")
    with database.transaction() as session:
        assert session.query(ScheduleOverride).count() == 0


def test_a_night_is_moved(admin: Browser, schedule: int, now: datetime) -> None:
    day = (now + timedelta(days=3)).date().isoformat()

    answer = admin.post(f"/admin/schedules/{schedule}/decide", kind="move", first=day, last="", at="04:10")

    assert "Moved to 04:10" in admin.text(answer.location)


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        ({"kind": "skip", "first": "2020-01-01", "last": "", "at": ""}, "is in the past"),
        ({"kind": "skip", "first": "2026-02-31", "last": "", "at": ""}, "must be a date"),
        ({"kind": "extra", "first": TOMORROW, "last": "", "at": "05:00"}, "Move that run instead"),
        ({"kind": "skip", "first": "9999-12-31", "last": "", "at": ""}, "more than ten years ahead"),
        ({"kind": "move", "first": "9999-12-31", "last": "", "at": ""}, "such as 05:30"),
        ({"kind": "move", "first": "9999-12-30", "last": "9999-12-31", "at": "05:00"}, "Only skipping"),
        ({"kind": "dance", "first": "9999-12-31", "last": "", "at": ""}, "one of the options"),
    ],
)
def test_a_date_that_cannot_be_decided_is_refused(
    admin: Browser, schedule: int, now: datetime, decision: dict[str, str], told: str
) -> None:
    decision |= {"first": decision["first"].replace(TOMORROW, (now + timedelta(days=1)).date().isoformat())}

    answer = admin.post(f"/admin/schedules/{schedule}/decide", **decision)

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)


def test_a_schedule_is_made_after_a_look_at_it(admin: Browser, database: Database) -> None:
    add_show(database)
    sent = FIELDS | {"show": "morning-brief"}

    preview = admin.post("/admin/schedules/new", **sent, do="preview").get_data(as_text=True)
    admin_sees = admin.text("/admin/schedules/")
    answer = admin.post("/admin/schedules/new", **sent, do="save")

    assert "Next 14 runs" in preview
    assert "No schedule yet" in admin_sees
    assert "Every day at 05:30 Berlin time" in admin.text(answer.location)


def test_a_second_schedule_on_the_same_dates_is_refused(admin: Browser, schedule: int) -> None:
    answer = admin.post("/admin/schedules/new", **FIELDS, show="morning-brief", do="save")

    assert answer.status_code == 409
    assert "a second edition a day needs a show of its own" in answer.get_data(as_text=True)


def test_it_is_disabled_enabled_and_removed(admin: Browser, database: Database, schedule: int) -> None:
    admin.post(f"/admin/schedules/{schedule}/switch", enabled="")
    off = kept(database, schedule).is_enabled
    admin.post(f"/admin/schedules/{schedule}/switch", enabled="1")
    answer = admin.post(f"/admin/schedules/{schedule}/remove")

    assert not off
    assert "Schedule deleted" in admin.text(answer.location)
    assert admin.get(f"/admin/schedules/{schedule}").status_code == 404


@pytest.mark.parametrize("number", ["0", "424242", "9" * 31])
def test_a_schedule_that_is_not_there_is_not_found(admin: Browser, number: str) -> None:
    assert admin.get(f"/admin/schedules/{number}").status_code == 404
    assert admin.post(f"/admin/schedules/{number}/remove").status_code == 404


def test_todays_audio_is_asked_for_now(editor: Browser, database: Database, schedule: int, now: datetime) -> None:
    page = f"/admin/schedules/{schedule}"
    without = editor.post(f"{page}/run")
    with database.transaction() as session:
        show = session.query(Schedule).one().show_id
        factories.brief(session, show, now.astimezone(BERLIN).date(), items=1, slug="today")

    first, second = (editor.text(editor.post(f"{page}/run").location) for _ in range(2))

    assert without.status_code == 404
    assert "Write or import one first" in without.get_data(as_text=True)
    assert "is queued. It generates today" in first
    assert "is already generating today" in second


def test_editors_and_viewers_see_and_change_nothing(viewer: Browser, editor: Browser, schedule: int) -> None:
    for browser in (viewer, editor):
        page = browser.text(f"/admin/schedules/{schedule}")
        assert "Save schedule" not in page
        assert browser.post(f"/admin/schedules/{schedule}/remove").status_code == 403
        assert browser.get("/admin/schedules/new").status_code == 403
    assert "Run now" in editor.text(f"/admin/schedules/{schedule}")
    assert viewer.post(f"/admin/schedules/{schedule}/run").status_code == 403
