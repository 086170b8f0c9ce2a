"""The lexicon: editors keep it, and see what a rule changes in today's brief before they save it."""

import re

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Item, LexiconRule
from tests import factories
from tests.admin.browser import Browser
from tests.web.editions import add_show

LIST = "/admin/lexicon/?show=morning-brief"
RULE = {"show": "morning-brief", "written": "Norrhaven", "spoken": "NOR-ha-ven", "match_case": "", "do": "save"}
VERSION = re.compile(r'name="version" value="([0-9a-f]+)"')
TEXTS = (
    ("Ferries from Norrhaven", "They sail at noon. Norrhaven’s quay is full."),
    ("Nothing here", "Norrhavens are other words."),
)


@pytest.fixture
def show(database: Database) -> int:
    show = add_show(database)
    with database.transaction() as session:
        brief = factories.brief(session, show, slug="b", title="Today")
        for number, (headline, body) in enumerate(TEXTS, start=1):
            factories.item(session, brief.id, number, headline=headline, body=body)
    return show


def rules(database: Database) -> list[tuple[int, str, str]]:
    with database.transaction() as session:
        return [(row.id, row.written, row.spoken) for row in session.query(LexiconRule).order_by(LexiconRule.id)]


def version(browser: Browser, rule: int) -> str:
    found = VERSION.search(browser.text(f"/admin/lexicon/{rule}"))
    assert found is not None
    return found[1]


def test_a_preview_marks_what_would_be_spoken_anew_and_saves_nothing(
    editor: Browser, database: Database, show: int
) -> None:
    page = editor.post("/admin/lexicon/", **RULE | {"do": "preview"}).get_data(as_text=True)

    assert "1 item of the newest brief would be re-recorded" in page
    assert "Ferries from <mark>Norrhaven</mark>" in page
    assert "Ferries from NOR-ha-ven" in page
    assert "They sail at noon." not in page
    assert rules(database) == []


def test_a_rule_that_touches_nothing_says_so(editor: Browser, show: int) -> None:
    page = editor.post("/admin/lexicon/", **RULE | {"written": "Haven", "do": "preview"}).get_data(as_text=True)

    assert "No item of the newest brief would change" in page


def test_a_rule_is_added_with_what_it_means(editor: Browser, database: Database, show: int) -> None:
    answer = editor.post("/admin/lexicon/", **RULE)

    assert "1 item of the newest brief will be re-recorded" in editor.text(answer.location)
    assert [rule[1:] for rule in rules(database)] == [("Norrhaven", "NOR-ha-ven")]


def test_a_rule_is_changed_and_deleted(editor: Browser, database: Database, show: int) -> None:
    editor.post("/admin/lexicon/", **RULE)
    rule = rules(database)[0][0]
    fields = {"written": "Norrhaven", "spoken": "NORR haven", "match_case": "1", "do": "save"}

    editor.post(f"/admin/lexicon/{rule}", **fields, version=version(editor, rule))
    changed = rules(database)
    answer = editor.post(f"/admin/lexicon/{rule}/delete", version=version(editor, rule))

    assert changed == [(rule, "Norrhaven", "NORR haven")]
    assert rules(database) == []
    assert " deleted." in editor.text(answer.location)


def test_the_second_of_two_tabs_is_told(editor: Browser, database: Database, show: int) -> None:
    editor.post("/admin/lexicon/", **RULE)
    rule = rules(database)[0][0]
    old = version(editor, rule)
    fields = {"written": "Norrhaven", "match_case": "", "do": "save", "version": old}
    editor.post(f"/admin/lexicon/{rule}", **fields, spoken="first")

    second = editor.post(f"/admin/lexicon/{rule}", **fields, spoken="second")
    deleted = editor.post(f"/admin/lexicon/{rule}/delete", version=old)

    assert (second.status_code, deleted.status_code) == (409, 409)
    assert rules(database) == [(rule, "Norrhaven", "first")]


@pytest.mark.parametrize("twin", ["Norrhaven", "NORRHAVEN", " norrhaven "])
def test_a_second_rule_for_the_same_words_is_refused(editor: Browser, database: Database, show: int, twin: str) -> None:
    editor.post("/admin/lexicon/", **RULE)

    answer = editor.post("/admin/lexicon/", **RULE | {"written": twin, "spoken": "other"})

    assert answer.status_code == 409
    assert "there is already a rule for" in answer.get_data(as_text=True).lower()
    assert len(rules(database)) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"written": ""}, "The written form is missing"),
        ({"written": "x" * 201}, "at most 200 characters"),
        ({"spoken": "x" * 401}, "at most 400 characters"),
        ({"spoken": "…"}, "no letters or digits"),
        ({"written": "\0"}, "a character that can"),
        ({"written": "\u200b"}, "1 to 200 characters"),
        ({"written": "two\nlines"}, "must be one line"),
        ({"match_case": "maybe"}, "Tick the box"),
        ({"colour": "red"}, "has no field"),
    ],
)
def test_what_cannot_stand_is_said(
    editor: Browser, database: Database, show: int, changed: dict[str, str], told: str
) -> None:
    answer = editor.post("/admin/lexicon/", **RULE | changed)

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert rules(database) == []


def test_a_rule_that_makes_an_item_many_times_longer_is_not_saved(
    editor: Browser, database: Database, show: int
) -> None:
    with database.transaction() as session:
        session.query(Item).filter_by(position=1).one().body = "a " * 200

    answers = [
        editor.post("/admin/lexicon/", **RULE | {"written": "a", "spoken": "word " * 79, "do": do})
        for do in ("preview", "save")
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "In item 1 of the newest brief" in answers[1].get_data(as_text=True)
    assert rules(database) == []


def test_markup_in_a_rule_is_shown_as_text(editor: Browser, show: int) -> None:
    answer = editor.post("/admin/lexicon/", **RULE | {"written": "<b>", "spoken": "<script>alert(1)</script>"})

    page = editor.text(answer.location)
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_viewers_see_rules_and_change_none(viewer: Browser, editor: Browser, database: Database, show: int) -> None:
    editor.post("/admin/lexicon/", **RULE)
    rule = rules(database)[0][0]

    page = viewer.text(LIST)

    assert "NOR-ha-ven" in page
    assert "Add pronunciation" not in page
    assert viewer.post("/admin/lexicon/", **RULE).status_code == 403
    assert viewer.get(f"/admin/lexicon/{rule}").status_code == 403


def test_rules_turn_pages_by_their_words(viewer: Browser, database: Database, show: int) -> None:
    with database.transaction() as session:
        session.add_all(LexiconRule(show_id=show, written=f"w{n:03}", spoken="x") for n in range(150))

    first, second = viewer.text(LIST), viewer.text(f"{LIST}&after=w099")

    assert "150 pronunciations" in first
    assert "after=w099" in first
    assert "w149" not in first
    assert "w149" in second
    assert "More pronunciations" not in second


@pytest.mark.parametrize("path", ["?show=no-such-show", "?show=%00", "424242", "9" * 31])
def test_what_is_not_there_is_not_found(editor: Browser, show: int, path: str) -> None:
    assert editor.get(f"/admin/lexicon/{path}").status_code == 404


def test_a_page_after_what_cannot_be_a_word_begins_at_the_start(viewer: Browser, show: int) -> None:
    assert viewer.get(f"{LIST}&after=%00").status_code == 200


def test_without_a_show_there_is_no_lexicon(viewer: Browser, database: Database) -> None:
    assert "No shows yet" in viewer.text("/admin/lexicon/")
