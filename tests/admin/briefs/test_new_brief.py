"""New briefs: written, pasted, uploaded, copied."""

from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Brief, Item
from tests.admin.brief_rows import SLUG, VERSION, add_brief
from tests.admin.browser import Browser
from tests.web.editions import add_show

NEW = "/admin/briefs/new"
WRITTEN = {
    "show": "morning-brief",
    "date": "2026-03-20",
    "title": "Friday",
    "headline": "Ferries stop",
    "body": "None sails today.",
    "source_url": "",
    "voice": "",
}
MARKDOWN = "---\nshow: morning-brief\ndate: 2026-03-20\n---\n# Friday\n\n## Ferries stop\n\nNone sails today.\n"
PASTED = {"show": "", "date": "", "kind": "markdown", "text": MARKDOWN, "ready": "1", "version": ""}


@pytest.fixture(autouse=True)
def show_id(database: Database) -> int:
    return add_show(database)


def briefs_there(database: Database) -> list[tuple[str, str, str]]:
    with database.transaction() as session:
        return [(brief.slug, brief.title, brief.state) for brief in session.query(Brief).order_by(Brief.id)]


def test_a_brief_is_written_as_a_draft(editor: Browser, database: Database) -> None:
    answer = editor.post(f"{NEW}/write", **WRITTEN)

    assert (answer.status_code, answer.location) == (303, f"/admin/briefs/{SLUG}")
    assert briefs_there(database) == [(SLUG, "Friday", "draft")]


def test_the_same_form_sent_twice_makes_one_brief(editor: Browser, database: Database) -> None:
    for _ in range(2):
        assert editor.post(f"{NEW}/write", **WRITTEN).status_code == 303

    assert len(briefs_there(database)) == 1


def test_a_date_that_is_taken_is_told_with_the_way_there(editor: Browser) -> None:
    editor.post(f"{NEW}/write", **WRITTEN)

    answer = editor.post(f"{NEW}/write", **WRITTEN | {"headline": "Other"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert f'href="/admin/briefs/{SLUG}">Friday</a>' in page
    assert 'value="Other"' in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("show", "nobody", "There is no show"),
        ("show", "\0", "a character that can"),
        ("date", "2026-02-31", "The date must be a date such as"),
        ("date", "٢٠٢٦-٠٣-٢٠", "The date must be a date such as"),
        ("date", "2206-03-20", "2206-03-20 is more than two years ahead"),
        ("title", "", "The title is missing."),
        ("body", "", "The text is missing."),
        ("surplus", "", "This form has no field"),
    ],
)
def test_what_is_wrong_is_said_beside_it(
    editor: Browser, database: Database, field: str, typed: str, said: str
) -> None:
    answer = editor.post(f"{NEW}/write", **WRITTEN | {field: typed})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert 'value="Ferries stop"' in page
    assert briefs_there(database) == []


def test_a_pasted_brief_is_ready(editor: Browser, database: Database) -> None:
    assert editor.post(f"{NEW}/paste", **PASTED).status_code == 303
    assert briefs_there(database) == [(SLUG, "Friday", "ready")]


@pytest.mark.parametrize("way", ["paste", "copy"])
def test_a_year_that_nobody_means_is_told_beside_the_date(editor: Browser, database: Database, way: str) -> None:
    """Red without `is_implausible` in `admin/briefs/new_brief.py:_day`: such a brief stays the newest for as long."""
    fields = PASTED if way == "paste" else {"show": "morning-brief"}

    answer = editor.post(f"{NEW}/{way}", **fields | {"date": "0202-06-20"})

    assert answer.status_code == 422
    assert "0202-06-20 is before 1970" in answer.text
    assert "--date" not in answer.text
    assert briefs_there(database) == []


def test_problems_are_shown_with_their_lines_and_the_text_is_kept(editor: Browser) -> None:
    answer = editor.post(f"{NEW}/paste", **PASTED | {"text": MARKDOWN.replace("None sails today.", "")})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<code>line 7</code>" in page
    assert "## Ferries stop" in page.split("<textarea")[1]


def test_problems_of_json_are_shown_with_their_pointers(editor: Browser) -> None:
    text = '{"show": "morning-brief", "date": "2026-03-20", "title": "F", "items": [{"headline": "H", "boddy": "B"}]}'

    page = editor.post(f"{NEW}/paste", **PASTED | {"kind": "json", "text": text}).get_data(as_text=True)

    assert "<code>/items/0/boddy</code>" in page
    assert "boddy&#34;: &#34;B" in page


@pytest.mark.parametrize("link", ["https://x/\\ud800", "https://x/\\u200b"])
def test_a_link_that_cannot_be_stored_is_told_in_its_place(editor: Browser, link: str) -> None:
    """Red without `isprintable` in `brief_audio/domain/brief_file/checks.py:_source_url`."""
    item = f'{{"headline": "H", "body": "B", "source_url": "{link}"}}'
    text = f'{{"show": "morning-brief", "date": "2026-03-20", "title": "F", "items": [{item}]}}'

    answer = editor.post(f"{NEW}/paste", **PASTED | {"kind": "json", "text": text})

    assert answer.status_code == 422
    assert "<code>/items/0/source_url</code>" in answer.text


def upload(editor: Browser, content: bytes, name: str, **fields: str) -> tuple[int, str]:
    data = {"csrf_token": editor.token(), **PASTED, "text": "", **fields, "file": (BytesIO(content), name)}
    answer = editor.client.post(f"{NEW}/paste", data=data, content_type="multipart/form-data")
    return answer.status_code, answer.get_data(as_text=True)


def test_a_file_is_taken_by_its_name(editor: Browser, database: Database) -> None:
    assert upload(editor, MARKDOWN.encode(), "friday.md")[0] == 303
    assert len(briefs_there(database)) == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xff\xfe", "friday.md", "is not UTF-8"),
        (b"MZ", "friday.exe", "ends in .json or .md"),
        (b"# ", "friday.md", "things are</strong> wrong"),
    ],
)
def test_a_file_that_is_no_brief_is_refused(editor: Browser, content: bytes, name: str, said: str) -> None:
    status, page = upload(editor, content, name)

    assert status == 422
    assert said.replace("</strong>", "") in page.replace("</strong>", "")


def test_an_existing_brief_is_replaced_only_when_that_is_asked_for(
    editor: Browser, database: Database, show_id: int
) -> None:
    add_brief(database, show_id)

    refused = editor.post(f"{NEW}/paste", **PASTED)
    shown = VERSION.search(refused.get_data(as_text=True))
    assert shown is not None
    assert refused.status_code == 409
    replaced = editor.post(f"{NEW}/paste", **PASTED | {"version": shown[1], "replace": "1"})

    assert replaced.status_code == 303
    with database.transaction() as session:
        assert [item.headline for item in session.query(Item)] == ["Ferries stop"]


def test_a_brief_that_was_edited_meanwhile_is_not_replaced_unseen(
    editor: Browser, database: Database, show_id: int
) -> None:
    add_brief(database, show_id)

    answer = editor.post(f"{NEW}/paste", **PASTED | {"version": "2020-01-01", "replace": "1"})

    assert answer.status_code == 409
    with database.transaction() as session:
        assert session.query(Item).count() == 3


def test_yesterdays_brief_is_copied_as_a_draft(editor: Browser, database: Database, show_id: int) -> None:
    add_brief(database, show_id)

    copied = editor.post(f"{NEW}/copy", show="morning-brief", date="2026-03-21")
    again = editor.post(f"{NEW}/copy", show="morning-brief", date="2026-03-21")
    nothing = editor.post(f"{NEW}/copy", show="morning-brief", date="2026-03-01")

    assert copied.location == "/admin/briefs/morning-brief-2026-03-21"
    assert again.status_code == 409
    assert nothing.status_code == 422
    assert "has no earlier brief to copy" in nothing.get_data(as_text=True)
    assert briefs_there(database)[1] == ("morning-brief-2026-03-21", "Friday", "draft")


def test_each_way_to_begin_is_a_page_of_its_own(editor: Browser, viewer: Browser) -> None:
    for how in ("write", "paste", "copy", "unknown"):
        assert "New brief" in editor.text(f"{NEW}?how={how}")
    assert viewer.get(NEW).status_code == 403


def test_the_first_date_without_a_brief_is_offered(editor: Browser, database: Database) -> None:
    """Red without `first_free` in `admin/briefs/new_brief.py:_shown`: the sample stands on the first day."""
    today = datetime.now(ZoneInfo("Europe/London")).date()
    for ahead in (0, 1):
        editor.post(f"{NEW}/write", **WRITTEN | {"date": (today + timedelta(days=ahead)).isoformat()})

    assert f'value="{(today + timedelta(days=2)).isoformat()}"' in editor.text(NEW)
