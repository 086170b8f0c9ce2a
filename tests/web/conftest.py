"""The site over a real database and a store on disk."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from brief_audio.db.connection.engine import Database
from brief_audio.storage.local import LocalStore
from tests.site import open_site
from tests.web.editions import Published, Settings, SiteParts, add_edition, add_show


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Bytes that stand for an MP3 where nobody decodes them."""
    path = tmp_path / "sound.mp3"
    path.write_bytes(bytes(index % 251 for index in range(10_000)))
    return path


@pytest.fixture
def parts(database: Database, store: LocalStore) -> SiteParts:
    return SiteParts(database, store)


@pytest.fixture
def app(parts: SiteParts) -> Flask:
    return open_site(parts)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def published(parts: SiteParts, sound: Path) -> Published:
    """The one edition of the one show."""
    add_show(parts.db)
    return add_edition(parts.db, parts.store, sound)


@pytest.fixture
def settings() -> Settings:
    return Settings()
