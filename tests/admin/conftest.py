"""The dashboard over a real database, and somebody of each role who is signed in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from brief_audio.db.connection.engine import Database
from brief_audio.domain.accounts import Role
from brief_audio.storage.local import LocalStore
from tests import factories
from tests.admin.browser import Browser
from tests.site import open_site
from tests.web.editions import SiteParts


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def parts(database: Database, store: LocalStore) -> SiteParts:
    return SiteParts(database, store)


@pytest.fixture
def app(parts: SiteParts) -> Flask:
    return open_site(parts)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, database: Database) -> Callable[[Role], Browser]:
    """Make a user of a role, signed in with a browser of its own."""

    def sign_in(role: Role) -> Browser:
        with database.transaction() as session:
            factories.user(session, role)
        browser = Browser(app.test_client())
        browser.sign_in(f"{role}@example.org")
        return browser

    return sign_in


@pytest.fixture
def viewer(signed_in: Callable[[Role], Browser]) -> Browser:
    return signed_in(Role.VIEWER)


@pytest.fixture
def editor(signed_in: Callable[[Role], Browser]) -> Browser:
    return signed_in(Role.EDITOR)


@pytest.fixture
def admin(signed_in: Callable[[Role], Browser]) -> Browser:
    return signed_in(Role.ADMIN)
