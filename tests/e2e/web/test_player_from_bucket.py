"""The player in a real browser where the sound is in a bucket: passed on by the site, or fetched from there."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from brief_audio.db.connection.engine import Database
from tests.contract.storage.account_key import credentials_of, key_file, new_private_key
from tests.contract.storage.loopback_gcs import LoopbackGcs
from tests.web.editions import Published, SiteParts

pytestmark = pytest.mark.slow

SEEK = """async (second) => {
  const audio = document.querySelector('audio');
  await audio.play();
  const sought = new Promise((done) => audio.addEventListener('seeked', done, { once: true }));
  audio.currentTime = second;
  await sought;
  const from = audio.currentTime;
  while (audio.currentTime < from + 0.3) await new Promise((go) => setTimeout(go, 50));
  audio.pause();
  return [from, audio.duration, audio.error?.code ?? null];
}"""


@pytest.fixture(params=["passed on", "signed"])
def parts(request: pytest.FixtureRequest, database: Database, gcs_server: LoopbackGcs) -> Iterator[SiteParts]:
    """A site over a bucket, with credentials that can sign or with none."""
    signer = credentials_of(key_file(new_private_key(), f"{gcs_server.url}/token"))
    signer.token = "not asked for"  # the server lets everybody in: no token has to be fetched
    store = gcs_server.store(credentials=signer if request.param == "signed" else None)
    yield SiteParts(database, store)
    store.close()


@pytest.fixture
def sound_requests(page: Page) -> list[Request]:
    """Every request for the sound that the browser makes."""
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request) if ".mp3" in request.url else None)
    return requests


def test_the_sound_plays_and_can_be_sought(
    page: Page,
    address: str,
    edition: Published,
    sound_requests: list[Request],
    gcs_server: LoopbackGcs,
    request: pytest.FixtureRequest,
) -> None:
    page.goto(address)

    for second in (15, 4, 12.5):
        place, duration, error = page.evaluate(SEEK, second)
        assert place == pytest.approx(second, abs=0.2)
        assert duration == pytest.approx(20, abs=0.2)
        assert error is None

    hosts = {urlsplit(one.url).netloc for one in sound_requests}
    is_signed = request.node.callspec.params["parts"] == "signed"
    assert (urlsplit(gcs_server.url).netloc in hosts) == is_signed


def test_captions_and_chapters_come_along(page: Page, address: str) -> None:
    page.goto(address)

    page.get_by_role("link", name="0:10 Fares stay").click()

    expect(page.locator(".chapters [aria-current]")).to_have_text(re.compile("Fares stay"))
    page.evaluate("document.querySelector('audio').textTracks[0].mode = 'hidden'")
    expression = "document.querySelector('audio').textTracks[0].cues?.length === 1"
    page.evaluate(f"async () => {{ while (!({expression})) await new Promise((go) => setTimeout(go, 50)); }}")
