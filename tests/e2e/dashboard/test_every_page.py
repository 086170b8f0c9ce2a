"""Every page, wide and narrow, light and dark: it keeps nobody out, and nothing scrolls sideways."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.dashboard.desk import Desk
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


@pytest.fixture
def sample(desk: Desk, page: Page) -> str:
    desk.open("/admin/briefs/")
    return str(page.get_by_role("link", name="Morning Brief: the sample edition").get_attribute("href"))


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
def test_a_page_keeps_nobody_out(desk: Desk, page: Page, complaints: list[str], sample: str, path: str) -> None:
    desk.open(path.format(sample=sample))
    assert complaints == []

    found = serious(page)
    complaints.clear()  # axe styles the page itself, which the policy refuses

    assert found == []


@pytest.mark.parametrize("path", ["/login", "/link/0123456789", "/admin/nowhere"])
def test_the_pages_for_strangers_keep_nobody_out(browser: Browser, product: Product, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(product.url + path)

    found = serious(page)
    context.close()

    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_no_page_scrolls_sideways(
    browser: Browser, storage_state: Path, product: Product, pictures: Path | None, sample: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        storage_state=storage_state, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    wide = []
    for path in PAGES:
        page.goto(product.url + path.format(sample=sample))
        if pictures is not None:
            name = path.strip("/").translate(str.maketrans("/?={}", "-----"))
            page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png", full_page=True, caret="initial")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
    context.close()

    assert wide == []
