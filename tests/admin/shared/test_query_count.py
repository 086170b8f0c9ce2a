"""How many questions a page asks of the database: twelve at most, however much there is to show."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from brief_audio.db.connection.engine import Database
from brief_audio.storage.local import LocalStore
from tests.admin.browser import Browser
from tests.web.editions import add_edition, add_show

MOST = 12


@pytest.fixture
def pages(app: Flask) -> list[str]:
    """The address of every page that needs no number."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    return sorted(rule.rule for rule in rules if hasattr(app.view_functions[rule.endpoint], "needed_role"))


@pytest.mark.parametrize("shows", [1, 12])
def test_no_page_asks_more_than_a_dozen_questions(
    admin: Browser, database: Database, store: LocalStore, tmp_path: Path, pages: list[str], shows: int
) -> None:
    sound = tmp_path / "sound.mp3"
    sound.write_bytes(bytes(10_000))
    for number in range(shows):
        add_show(database, f"show-{number}", title=f"Show {number}")
        add_edition(database, store, sound, show=f"show-{number}")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    counts = {}
    event.listen(database.engine, "after_cursor_execute", note)
    try:
        for page in pages:
            asked.clear()
            admin.text(page)
            counts[page] = len(asked)
    finally:
        event.remove(database.engine, "after_cursor_execute", note)

    assert len(counts) > 15
    assert {page: count for page, count in counts.items() if count > MOST} == {}
