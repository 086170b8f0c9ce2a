"""Writing in a brief: two tabs, what is wrong, and what was typed."""

import pytest

from brief_audio.db.connection.engine import Database
from tests.admin.brief_rows import PAGE, add_brief, kept, version
from tests.admin.browser import Browser
from tests.web.editions import add_show

TYPED = {"headline": "Ferries stop", "body": "None sails today.", "source_url": "", "voice": ""}


@pytest.fixture(autouse=True)
def brief(database: Database) -> None:
    add_brief(database, add_show(database))


def test_an_editor_changes_an_item(editor: Browser, database: Database) -> None:
    form = version(editor.text(f"{PAGE}?edit=2"))
    item = kept(database)[1]

    answer = editor.post(f"{PAGE}/items/{item.id}", version=form, **TYPED)

    assert (answer.status_code, answer.location) == (303, f"{PAGE}#item-2")
    assert [one.headline for one in kept(database)] == ["Headline 1", "Ferries stop", "Headline 3"]


def test_the_second_tab_is_told_and_keeps_what_was_typed(editor: Browser, database: Database) -> None:
    form, item = version(editor.text(f"{PAGE}?edit=2")), kept(database)[1]
    editor.post(f"{PAGE}/items/{item.id}", version=form, **TYPED | {"body": "From the first tab."})

    answer = editor.post(f"{PAGE}/items/{item.id}", version=form, **TYPED | {"body": "From the second tab."})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "editor@example.org changed this brief at" in page
    assert page.count("From the first tab.") == page.count("From the second tab.") == 1
    assert kept(database)[1].body == "From the first tab."
    again = editor.post(f"{PAGE}/items/{item.id}", version=version(page), **TYPED | {"body": "From the second tab."})
    assert again.status_code == 303


def test_a_slip_in_a_field_does_not_hide_what_the_other_tab_saved(editor: Browser, database: Database) -> None:
    """Red where a form that is shown again takes over the newest version by itself."""
    form, item = version(editor.text(f"{PAGE}?edit=2")), kept(database)[1]
    editor.post(f"{PAGE}/items/{item.id}", version=form, **TYPED | {"body": "From the first tab."})
    slip = editor.post(f"{PAGE}/items/{item.id}", version=form, **TYPED | {"source_url": "example.org"})

    answer = editor.post(f"{PAGE}/items/{item.id}", version=version(slip.get_data(as_text=True)), **TYPED)

    assert (slip.status_code, answer.status_code) == (422, 409)
    assert kept(database)[1].body == "From the first tab."


def test_a_text_whose_item_was_dropped_is_kept_as_a_new_item(editor: Browser, database: Database) -> None:
    form, item = version(editor.text(f"{PAGE}?edit=2")), kept(database)[1]
    editor.post(f"{PAGE}/items/{item.id}/drop", version=form)

    answer = editor.post(f"{PAGE}/items/{item.id}", version=form, **TYPED)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Another user removed this item" in page
    assert "None sails today." in page


def test_an_item_is_added_moved_and_dropped(editor: Browser, database: Database) -> None:
    editor.post(f"{PAGE}/items", version=version(editor.text(f"{PAGE}?edit=new")), **TYPED)
    last = kept(database)[3]

    editor.post(f"{PAGE}/items/{last.id}/move", version=version(editor.text(f"{PAGE}?edit=4")), to="up")
    editor.post(f"{PAGE}/items/{kept(database)[0].id}/drop", version=version(editor.text(f"{PAGE}?edit=1")))

    assert [one.headline for one in kept(database)] == ["Headline 2", "Ferries stop", "Headline 3"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("headline", "", "The headline is missing."),
        ("headline", "a" * 301, "The headline can have at most 300 characters"),
        ("headline", "a\0b", "a character that can"),
        ("body", "", "The text is missing."),
        ("body", "…!?", "nothing that can be spoken"),
        ("source_url", "example.org/storage", "Start the link with https://"),
        ("source_url", "javascript:alert(1)", "Start the link with https://"),
        ("voice", "nobody", "The voice must be one of the options"),
        ("surplus", "1", "This form has no field"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(
    editor: Browser, database: Database, field: str, typed: str, said: str
) -> None:
    form, item = version(editor.text(f"{PAGE}?edit=1")), kept(database)[0]

    answer = editor.post(f"{PAGE}/items/{item.id}", **{"version": form, **TYPED, field: typed})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert field == "body" or "None sails today." in page
    assert kept(database)[0].headline == "Headline 1"


def test_markup_in_a_headline_is_shown_as_text(editor: Browser) -> None:
    form = version(editor.text(f"{PAGE}?edit=new"))

    editor.post(f"{PAGE}/items", version=form, **TYPED | {"headline": "<script>alert(1)</script>"})

    page = editor.text(PAGE)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_an_item_of_another_brief_is_not_found_by_this_one(editor: Browser, database: Database) -> None:
    for stranger in (kept(database)[2].id + 1, 10**17):
        answer = editor.post(f"{PAGE}/items/{stranger}/move", version=version(editor.text(f"{PAGE}?edit=1")), to="up")

        assert answer.status_code == 404


@pytest.mark.parametrize("number", [str(10**30), "٤", "-1", "x"])
def test_what_is_no_number_of_an_item_is_not_found(editor: Browser, number: str) -> None:
    assert editor.post(f"{PAGE}/items/{number}", version="", **TYPED).status_code == 404


def test_a_viewer_sees_no_form_and_may_send_none(viewer: Browser, database: Database) -> None:
    page = viewer.text(f"{PAGE}?edit=1")

    assert "Save item" not in page
    assert "Mark as ready" not in page
    for address in ("", "/state", "/title", f"/{kept(database)[0].id}"):
        path = f"{PAGE}/items{address}" if address[1:].isdigit() or not address else f"{PAGE}{address}"
        assert viewer.post(path, version="", **TYPED).status_code == 403


def test_a_title_is_changed_and_a_missing_one_refused(editor: Browser) -> None:
    form = version(editor.text(f"{PAGE}?edit=title"))

    assert editor.post(f"{PAGE}/title", version=form, title=" ").status_code == 422
    assert editor.post(f"{PAGE}/title", version=form, title="Rain").status_code == 303
    assert "<h1>Rain</h1>" in editor.text(PAGE)
    late = editor.post(f"{PAGE}/title", version=form, title="Snow")
    assert late.status_code == 409
    assert 'value="Snow"' in late.get_data(as_text=True)


def test_a_draft_is_marked_ready_and_back(editor: Browser) -> None:
    editor.post(f"{PAGE}/state", state="ready")
    assert "Mark as draft" in editor.text(PAGE)

    editor.post(f"{PAGE}/state", state="draft")
    assert "Mark as ready" in editor.text(PAGE)


@pytest.mark.parametrize(
    ("path", "field", "said"),
    [
        ("state", {"state": "published"}, "The state must be one of the options on the page."),
        ("items/{item}/move", {"to": "sideways"}, "The direction must be one of the options on the page."),
        ("items/{item}/move", {"to": "up", "surplus": "1"}, "This form has no field"),
        ("items/{item}/drop", {"surplus": "1"}, "This form has no field"),
    ],
)
def test_a_button_with_a_value_that_was_made_up_is_refused(
    editor: Browser, database: Database, path: str, field: dict[str, str], said: str
) -> None:
    seen = {"version": version(editor.text(f"{PAGE}?edit=2"))} if path != "state" else {}

    answer = editor.post(f"{PAGE}/{path.format(item=kept(database)[1].id)}", **seen, **field)

    assert answer.status_code == 422
    assert said in answer.text
    assert [one.headline for one in kept(database)] == ["Headline 1", "Headline 2", "Headline 3"]


@pytest.mark.parametrize(
    ("action", "field", "advice"),
    [("move", {"to": "up"}, "then move the item again"), ("drop", {}, "then remove the item again")],
)
def test_a_button_of_a_page_that_is_out_of_date_says_what_to_do(
    editor: Browser, database: Database, action: str, field: dict[str, str], advice: str
) -> None:
    form, item = version(editor.text(f"{PAGE}?edit=2")), kept(database)[1]
    editor.post(f"{PAGE}/items/{item.id}", version=form, **TYPED)

    answer = editor.post(f"{PAGE}/items/{item.id}/{action}", version=form, **field)

    assert answer.status_code == 409
    assert advice in answer.text
    assert [one.headline for one in kept(database)] == ["Headline 1", "Ferries stop", "Headline 3"]


def test_the_last_item_is_not_dropped_and_the_page_says_why(editor: Browser, database: Database) -> None:
    for item in kept(database):
        answer = editor.post(f"{PAGE}/items/{item.id}/drop", version=version(editor.text(f"{PAGE}?edit=1")))

    assert answer.status_code == 422
    assert "A brief needs at least one item. Add another before you delete this one." in answer.text
    assert len(kept(database)) == 1
