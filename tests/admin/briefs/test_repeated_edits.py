"""Somebody edits a brief again and again, also between two looks at it while one page is made."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from brief_audio.app import create_app
from brief_audio.db.briefs import items
from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.time_limits import USUAL, TransactionLimits
from brief_audio.db.models import Brief
from brief_audio.services.briefs.editing import version_of
from brief_audio.storage.local import LocalStore
from tests.admin.brief_rows import PAGE, add_brief, kept, version
from tests.admin.browser import Browser
from tests.web.editions import SiteParts, add_show

TYPED = {"headline": "Headline 2", "body": "Mine.", "source_url": "", "voice": ""}


class Restless(Database):
    """A database in which somebody edits item 2 after every transaction; `edits` has its text by version."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine.url.render_as_string(hide_password=False), name="restless")
        self.edits: dict[str, str] = {}

    @contextmanager
    def transaction(self, limits: TransactionLimits = USUAL) -> Iterator[Session]:
        with super().transaction(limits) as session:
            yield session
        with super().transaction() as session:
            brief = session.query(Brief).one()
            item = brief.items[1]
            item.body = f"Their edit number {len(self.edits):03}."
            items.touch(session, brief)
            self.edits[version_of(brief)] = item.body


@pytest.fixture
def restless(database: Database) -> Iterator[Restless]:
    add_brief(database, add_show(database))
    made = Restless(database)
    yield made
    made.engine.dispose()


def test_what_is_shown_as_theirs_is_of_the_version_that_counts_as_seen(
    editor: Browser, database: Database, restless: Restless, store: LocalStore
) -> None:
    """Red where `admin/briefs/brief_items.py` looks for theirs in another transaction than the page's version."""
    form, item = version(editor.text(f"{PAGE}?edit=2")), kept(database)[1]
    cookie = editor.client.get_cookie("session")
    assert cookie is not None
    site = create_app(SiteParts(restless, store)).test_client()
    site.set_cookie("session", cookie.value)

    page = Browser(site).post(f"{PAGE}/items/{item.id}", version=form, **TYPED)

    assert page.status_code == 409
    theirs = page.text.split('<div class="theirs">')[1].split("</div>")[0]
    assert restless.edits[version(page.text)] in theirs
