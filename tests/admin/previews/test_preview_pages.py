"""Preview from the dashboard: asked for here, spoken by a worker, played from the store."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Brief, Preview, WorkerRow
from brief_audio.domain.accounts import Role
from brief_audio.domain.audio import Sound
from brief_audio.domain.brief_file import BriefDraft, ItemDraft
from brief_audio.domain.errors import NotAllowedError
from brief_audio.domain.object_names import narration_name
from brief_audio.domain.work import FINAL_STATUSES, WorkStatus
from brief_audio.mastering.narration_file import write_narration
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs.import_brief import import_brief
from brief_audio.services.making import request_preview
from brief_audio.storage.local import LocalStore
from tests.admin.browser import Browser
from tests.web.editions import add_show

KEY = "ab" * 32
ITEM = "/admin/briefs/morning-brief-2026-03-20/items/1"


@pytest.fixture(autouse=True)
def brief_id(database: Database) -> int:
    add_show(database)
    items = (
        ItemDraft("Bridge <b>opens</b>", "It cost $3bn.", None, None),
        ItemDraft("Fares", "They stay.", None, None),
    )
    with database.transaction() as session:
        draft = BriefDraft("morning-brief", date(2026, 3, 20), "The bridge", items)
        return import_brief(session, draft, replace=False, as_draft=False, actor="test").brief_id


def asked_previews(database: Database) -> list[Preview]:
    with database.transaction() as session:
        return list(session.execute(select(Preview).order_by(Preview.id)).scalars())


def change(database: Database, number: int, **columns: object) -> None:
    if columns.get("status") in FINAL_STATUSES:
        columns["finished_at"] = func.now()
    if columns.get("status") == WorkStatus.PROCESSING:
        columns["lease_until"] = func.now() + timedelta(minutes=1)
    with database.transaction() as session:
        session.execute(update(Preview).where(Preview.id == number).values(**columns))


def add_worker(database: Database) -> None:
    with database.transaction() as session:
        there = {"name": "w", "host": "h", "pid": 1, "version": "1", "concurrency": 1, "memory_mib": 1}
        session.add(WorkerRow(**there, started_at=datetime(2026, 3, 20, tzinfo=UTC)))


def ask(browser: Browser) -> int:
    answer = browser.post(f"{ITEM}/preview")
    assert answer.status_code == 303
    return int(answer.location.rpartition("/")[2])


def spoken(database: Database, store: LocalStore, number: int, folder: Path) -> bytes:
    path = folder / "narration.flac"
    write_narration(path, [Sound(np.sin(np.arange(22_050)).astype(np.float32), 22_050)])
    store.put(narration_name(KEY), path, "audio/flac")
    change(database, number, status=WorkStatus.COMPLETED, narration_key=KEY, duration_ms=1000)
    return path.read_bytes()


def test_an_editor_asks_to_hear_an_item(database: Database, editor: Browser) -> None:
    page = editor.text(f"/admin/previews/{ask(editor)}")

    [asked] = asked_previews(database)
    assert (asked.headline, asked.body, asked.voice, asked.take) == ("Bridge <b>opens</b>", "It cost $3bn.", "joe", 0)
    assert (asked.status, asked.requested_by) == ("queued", "editor@example.org")
    assert "Bridge &lt;b&gt;opens&lt;/b&gt;" in page
    assert "No worker is running" in page


def test_a_double_click_asks_once(database: Database, editor: Browser) -> None:
    assert ask(editor) == ask(editor)

    assert len(asked_previews(database)) == 1


def test_what_was_spoken_can_be_asked_for_again(database: Database, editor: Browser) -> None:
    first = ask(editor)
    change(database, first, status=WorkStatus.COMPLETED, narration_key=KEY, duration_ms=1)

    assert ask(editor) != first


def test_nobody_waits_for_more_than_a_few(database: Database, editor: Browser) -> None:
    for number in range(3):
        editor.post("/admin/previews", show="morning-brief", headline="", body=f"Text {number}", voice="")

    answer = editor.post(f"{ITEM}/preview")

    assert answer.location == "/admin/briefs/morning-brief-2026-03-20#item-1"
    assert len(asked_previews(database)) == 3
    assert "You already have 3 previews waiting" in editor.text(
        "/admin/previews/" + str(asked_previews(database)[0].id)
    )


def test_a_viewer_asks_for_nothing_and_sees_what_others_heard(
    database: Database, editor: Browser, viewer: Browser
) -> None:
    number = ask(editor)

    assert viewer.post(f"{ITEM}/preview").status_code == 403
    assert viewer.post("/admin/previews", show="morning-brief", body="Text").status_code == 403
    assert len(asked_previews(database)) == 1
    change(database, number, status=WorkStatus.FAILED, error="this cannot be said")
    assert "Retry preview" in editor.text(f"/admin/previews/{number}")
    assert "Retry preview" not in viewer.text(f"/admin/previews/{number}")


def test_the_service_refuses_a_viewer_whatever_page_calls_it(database: Database) -> None:
    viewer = SignedIn(1, 1, "v@example.org", "V", Role.VIEWER, None)  # type: ignore[arg-type]

    with database.transaction() as session, pytest.raises(NotAllowedError):
        request_preview.preview_item(session, "morning-brief-2026-03-20", 1, by=viewer)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/briefs/nothing/items/1/preview",
        "/admin/briefs/morning-brief-2026-03-20/items/3/preview",
        "/admin/briefs/morning-brief-2026-03-20/items/999999999999/preview",
        "/admin/briefs/morning-brief-2026-03-20/items/٣/preview",
        "/admin/briefs/%00/items/1/preview",
    ],
)
def test_an_item_that_is_not_there_is_not_found(editor: Browser, path: str) -> None:
    assert editor.post(path).status_code == 404


def test_an_unknown_field_is_refused(database: Database, editor: Browser) -> None:
    assert editor.post(f"{ITEM}/preview", voice="joe").status_code == 422
    assert editor.post("/admin/previews", show="morning-brief", body="Text", speed="2").status_code == 422
    assert asked_previews(database) == []


def test_a_text_that_is_being_written_is_heard_as_it_stands(database: Database, editor: Browser) -> None:
    sent = {"headline": "Fresh", "body": "Two lines.\r\nHere.", "voice": "", "version": "1", "source_url": "x"}

    answer = editor.post("/admin/previews", show="morning-brief", **sent)

    [asked] = asked_previews(database)
    assert answer.location == f"/admin/previews/{asked.id}"
    assert (asked.headline, asked.body, asked.voice, asked.item_id) == ("Fresh", "Two lines.\nHere.", "joe", None)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"show": "morning-brief", "body": " "}, "There is nothing to preview"),
        ({"show": "evening", "body": "Text"}, "There is no such show"),
        ({"show": "", "body": "Text"}, "The show is missing"),
        ({"show": "morning-brief", "body": "Text", "voice": "nobody"}, "There is no such voice"),
        ({"show": "morning-brief", "body": "Kept", "headline": "x" * 301}, "headline can have at most 300 characters"),
        ({"show": "morning-brief", "body": "nul\0"}, "a character that can"),
        ({"show": "morning-brief", "body": "Text", "voice": "٣" * 64}, "The voice can have at most 63 characters"),
    ],
)
def test_what_cannot_be_heard_is_said_and_kept(
    database: Database, editor: Browser, fields: dict[str, str], problem: str
) -> None:
    answer = editor.post("/admin/previews", **fields)

    assert answer.status_code == 422
    assert problem in answer.get_data(as_text=True)
    assert fields["body"].strip("\0 ") in answer.get_data(as_text=True)
    assert asked_previews(database) == []


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"status": "queued"}, "Queued: a worker starts it in a moment"),
        ({"status": "queued", "error": "the store is away"}, "Retrying in a moment"),
        ({"status": "processing"}, "Creating the preview"),
        ({"status": "failed", "error": "this cannot be said"}, "Preview failed"),
        (
            {"status": "completed", "narration_key": KEY, "duration_ms": 65_000},
            "Preview ready, 1\u00a0min\u00a05\u00a0s",
        ),
    ],
)
def test_the_page_says_what_became_of_it(
    database: Database, editor: Browser, columns: dict[str, object], said: str
) -> None:
    number = ask(editor)
    change(database, number, **columns)
    with database.transaction() as session:
        session.add(
            WorkerRow(
                name="w", host="h", pid=1, version="1", concurrency=1, memory_mib=1, started_at="2026-03-20 05:00+00"
            )
        )

    part = editor.text(f"/admin/previews/{number}/live")

    assert said in part
    assert str(columns.get("error", "")) in part
    assert ("hx-trigger" in part) == (columns["status"] in {"queued", "processing"})
    assert ("<audio" in part) == (columns["status"] == "completed")


def test_it_says_how_many_are_heard_first(database: Database, editor: Browser, admin: Browser) -> None:
    ask(admin)
    with database.transaction() as session:
        session.add(
            WorkerRow(
                name="w", host="h", pid=1, version="1", concurrency=1, memory_mib=1, started_at="2026-03-20 05:00+00"
            )
        )

    assert "Queued: one other preview is ahead" in editor.text(f"/admin/previews/{ask(editor)}")


def test_the_sound_comes_from_the_store_whole_and_in_parts(
    database: Database, store: LocalStore, editor: Browser, viewer: Browser, tmp_path: Path
) -> None:
    number = ask(editor)
    sound = spoken(database, store, number, tmp_path)

    whole = viewer.get(f"/admin/previews/{number}/sound")
    part = viewer.client.get(f"/admin/previews/{number}/sound", headers={"Range": "bytes=4-9"})

    assert (whole.status_code, whole.data, whole.content_type) == (200, sound, "audio/flac")
    assert whole.headers["Cache-Control"] == "private, no-cache"
    assert (part.status_code, part.data) == (206, sound[4:10])


def test_there_is_no_sound_before_it_is_spoken_and_none_for_strangers(editor: Browser, app: Flask) -> None:
    number = ask(editor)

    assert editor.get(f"/admin/previews/{number}/sound").status_code == 404
    assert editor.get("/admin/previews/99999/sound").status_code == 404
    assert editor.get("/admin/previews/99999").status_code == 404
    assert Browser(app.test_client()).get(f"/admin/previews/{number}/sound").status_code == 303


def test_an_item_that_was_dropped_leaves_its_hearing(database: Database, editor: Browser, brief_id: int) -> None:
    number = ask(editor)
    with database.transaction() as session:
        session.delete(session.get_one(Brief, brief_id).items[0])

    assert "View spoken text" not in editor.text(f"/admin/previews/{number}")


def test_the_brief_page_offers_all_three(editor: Browser, viewer: Browser) -> None:
    mine, theirs = (one.text("/admin/briefs/morning-brief-2026-03-20") for one in (editor, viewer))

    assert f'action="{ITEM}/preview"' in mine
    assert f'action="{ITEM}/regenerate"' in mine
    assert f'href="{ITEM}/spoken"' in mine
    assert f'href="{ITEM}/spoken"' in theirs
    assert "regenerate" not in theirs


@pytest.mark.parametrize("path", ["/admin/previews/{number}", "/admin/previews/{number}/live", f"{ITEM}/spoken"])
def test_a_page_asks_the_database_few_times(database: Database, editor: Browser, path: str) -> None:
    page = path.format(number=ask(editor))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    editor.text(page)

    assert len([one for one in asked if not one.startswith("SET")]) <= 12
