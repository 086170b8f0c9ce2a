"""Every page, wide and narrow, light and dark: it keeps nobody out, and nothing scrolls sideways."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.product import Product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SAMPLE = "{sample}"  # in its place the path of the sample's brief, which has today's date in it
PAGES = (
    "/admin/",
    "/admin/briefs/",
    "/admin/briefs/?view=calendar",
    "/admin/briefs/new",
    "/admin/briefs/new?how=paste",
    "/admin/jobs/",
    "/admin/jobs/1",
    "/admin/schedules/",
    "/admin/schedules/1",
    "/admin/shows/",
    "/admin/shows/morning-brief",
    "/admin/lexicon/",
    "/admin/workers/",
    "/admin/errors/",
    "/admin/users/",
    "/admin/users/1",
    "/admin/account",
    "/admin/briefs/new?how=copy",
    "/admin/schedules/new",
    "/admin/shows/new",
    SAMPLE,
    f"{SAMPLE}?edit=1",
    f"{SAMPLE}?edit=title",
    f"{SAMPLE}/items/3/spoken",
)
SERIOUS = {"serious", "critical"}
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
# Colours that still change from one scheme to the other are on no picture, and no fault of theirs is found.
END_TRANSITIONS = "document.getAnimations().forEach((one) => { try { one.finish(); } catch {} })"


@dataclass(frozen=True, slots=True)
class Screen:
    """The one page of a browser for all these tests: a new one for each would cost three times as much."""

    page: Page
    url: str
    complaints: list[str]

    def open(self, path: str) -> None:
        """Open a page that must be there and that the browser has nothing to complain about."""
        self.complaints.clear()  # of the page before, which axe may have styled: the policy refuses that
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        assert self.complaints == []


@pytest.fixture(scope="module")
def screen(browser: Browser, storage_state: Path, product: Product) -> Iterator[Screen]:
    complaints: list[str] = []
    context = browser.new_context(storage_state=storage_state, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Screen(page, product.url, complaints)
    context.close()


@pytest.fixture(scope="module")
def sample(screen: Screen) -> str:
    screen.open("/admin/briefs/")
    return str(screen.page.get_by_role("link", name="Morning Brief: the sample edition").get_attribute("href"))


@pytest.fixture
def pictures(request: pytest.FixtureRequest, repository: Path) -> Path | None:
    """The folder, which git ignores, for a picture of each page; None unless they are asked for: they take long."""
    folder = repository / "var" / "screenshots"
    if not request.config.getoption("--pictures"):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def serious(page: Page) -> list[str]:
    """What keeps people out of the page that is shown."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in SERIOUS]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_nobody_out(screen: Screen, sample: str, path: str) -> None:
    screen.page.set_viewport_size({"width": 1280, "height": 900})
    screen.open(path.format(sample=sample))

    assert serious(screen.page) == []


@pytest.mark.parametrize("path", ["/login", "/link/0123456789", "/admin/nowhere"])
def test_the_pages_for_strangers_keep_nobody_out(browser: Browser, product: Product, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(product.url + path)

    found = serious(page)
    context.close()

    assert found == []


@pytest.mark.parametrize("width", [1440, 360])
def test_no_page_scrolls_sideways(screen: Screen, pictures: Path | None, sample: str, width: int) -> None:
    page, wide = screen.page, []
    page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        screen.open(path.format(sample=sample))
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate(END_TRANSITIONS)
            if pictures is not None:
                name = path.strip("/").translate(str.maketrans("/?={}", "-----"))
                kept = pictures / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=kept, full_page=True, caret="initial", animations="disabled")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(f"{path}, {scheme}")

    assert wide == []
