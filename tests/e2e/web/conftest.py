"""A real browser before a real server with an MP3 that really sounds."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest
from playwright.sync_api import Browser, Page

from brief_audio.db.connection.engine import Database
from brief_audio.storage.local import LocalStore
from brief_audio.web.server import SiteServer
from tests.site import open_site
from tests.web.editions import Published, SiteParts, add_cover, add_edition, add_show


@pytest.fixture(scope="session")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds of a tone, as MP3."""
    path = tmp_path_factory.mktemp("tone") / "tone.mp3"
    source = ["-f", "lavfi", "-i", "sine=frequency=440:duration=20"]
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-v", "error", *source, "-ac", "1", "-b:a", "96k", str(path)], check=True)
    return path


@pytest.fixture
def parts(database: Database, tmp_path: Path) -> SiteParts:
    return SiteParts(database, LocalStore(tmp_path / "store"))


@pytest.fixture
def site(parts: SiteParts) -> Iterator[str]:
    """The address of a site with one show and nothing published."""
    add_show(parts.db, tagline="Read aloud every morning")
    with SiteServer(open_site(parts), "127.0.0.1", 0) as server:
        yield server.url


@pytest.fixture
def edition(site: str, parts: SiteParts, tone: Path, repository: Path) -> Published:
    add_cover(parts.db, parts.store, "morning-brief", repository / "brief_audio/sample/cover.png")
    return add_edition(parts.db, parts.store, tone)


@pytest.fixture
def address(site: str, edition: Published) -> str:
    return f"{site}/briefs/{edition.slug}"


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: it must stay empty."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []
