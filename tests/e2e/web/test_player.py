"""The player in a real browser: it sounds, seeks, marks what is being read, and needs no script to play."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.editions import Published

pytestmark = pytest.mark.slow

PLAYED = "() => document.querySelector('audio').played.length > 0 && document.querySelector('audio').currentTime > 0.5"
LISTEN = """async () => {
  const audio = document.querySelector('audio');
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaElementSource(audio).connect(analyser).connect(context.destination);
  await context.resume();
  await audio.play();
  const levels = new Float32Array(analyser.fftSize);
  const until = performance.now() + 20000;
  while (performance.now() < until) {
    analyser.getFloatTimeDomainData(levels);
    if (Math.max(...levels) > 0.05) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}"""


def now(page: Page) -> float:
    return page.evaluate("document.querySelector('audio').currentTime")


def wait_until(page: Page, expression: str) -> None:
    """Wait for a condition inside the page: the policy forbids `wait_for_function` with its `eval`."""
    page.evaluate(f"async () => {{ while (!({expression})()) await new Promise((go) => setTimeout(go, 50)); }}")


def test_the_edition_sounds(page: Page, address: str) -> None:
    page.goto(address)

    assert page.evaluate(LISTEN)


def test_play_on_the_front_page_begins_to_play(page: Page, site: str, edition: Published) -> None:
    page.goto(site)

    page.get_by_role("link", name="Play the latest edition").click()

    expect(page).to_have_url(re.compile("#play$"))
    wait_until(page, PLAYED)


def test_a_chapter_seeks_without_loading_the_page_anew(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("window.isSamePage = true")

    page.get_by_role("link", name="0:10 Fares stay").click()

    expect(page.locator(".chapters [aria-current]")).to_have_text(re.compile("Fares stay"))
    expect(page.locator(".transcript > [aria-current] h3")).to_have_text("Fares stay")
    assert now(page) >= 10.6
    assert page.url.endswith("?t=10")
    assert page.evaluate("window.isSamePage")


def test_the_mark_moves_on_with_the_sound(page: Page, address: str) -> None:
    page.goto(address)

    page.evaluate("document.querySelector('audio').currentTime = 5")
    expect(page.locator(".chapters [aria-current]")).to_have_text(re.compile("Harbour bridge"))
    page.evaluate("document.querySelector('audio').currentTime = 15")

    expect(page.locator(".chapters [aria-current]")).to_have_text(re.compile("Fares stay"))
    assert float(page.locator("#upto rect").get_attribute("width") or 0) == pytest.approx(440 * 15 / 20, rel=0.02)


def test_the_waveform_is_a_place_to_point_at(page: Page, address: str) -> None:
    page.goto(address)
    wave = page.locator(".wave")
    box = wave.bounding_box()
    assert box is not None

    wave.click(position={"x": box["width"] / 2, "y": box["height"] / 2})

    assert now(page) == pytest.approx(10, abs=0.5)


def test_keys_jump_and_change_the_speed(page: Page, address: str) -> None:
    page.goto(address)

    page.get_by_role("button", name="Forward 15 s").click()
    assert now(page) == pytest.approx(15, abs=0.5)
    page.get_by_role("button", name="Back 15 s").click()
    assert now(page) == pytest.approx(0, abs=0.5)
    page.get_by_label("Speed").select_option("1.5")

    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.5


def test_a_shared_place_opens_there(page: Page, address: str) -> None:
    page.goto(f"{address}?t=12")

    wait_until(page, "() => document.querySelector('audio').currentTime >= 12")
    expect(page.locator(".chapters [aria-current]")).to_have_text(re.compile("Fares stay"))


def test_captions_are_read_by_the_browser(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.querySelector('audio').textTracks[0].mode = 'hidden'")

    wait_until(page, "() => document.querySelector('audio').textTracks[0].cues?.length === 1")


def test_a_sound_that_cannot_be_loaded_is_told(page: Page, address: str, complaints: list[str]) -> None:
    page.route("**/*.mp3", lambda route: route.abort())

    page.goto(address)

    expect(page.get_by_text("Couldn’t load the audio.")).to_be_visible()
    complaints.clear()  # the browser reports the aborted request


def test_the_page_plays_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(address)
    expect(page.locator(".keys")).to_be_hidden()
    page.get_by_role("link", name="0:10 Fares stay").click()

    expect(page.locator("audio")).to_have_attribute("src", re.compile(r"\.mp3#t=10$"))
    expect(page.locator(".chapters [aria-current]")).to_have_text(re.compile("Fares stay"))
    context.close()
