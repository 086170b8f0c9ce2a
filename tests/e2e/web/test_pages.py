"""Every page for listeners in a real browser: reachable by anyone, as wide as any screen, alive while it waits."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from brief_audio.db.models import AudioGenerationJob, Brief, Show
from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.rendition_contents import ContentsItem
from brief_audio.domain.work import WorkStatus
from tests.web.editions import ITEMS, Published, SiteParts, add_edition

pytestmark = pytest.mark.slow

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsentwurf" * 3
FAILED = ContentsItem(3, LONG, LONG, None, NarrationState.FAILED, None, None, "the voice took longer than 60 s")


@pytest.fixture
def many(edition: Published, parts: SiteParts, tone: Path) -> None:
    """Older editions, one of which is hard to lay out."""
    add_edition(parts.db, parts.store, tone, local_date=date(2026, 3, 19), title=LONG, items=(*ITEMS, FAILED))
    add_edition(parts.db, parts.store, tone, local_date=date(2026, 3, 18))


@pytest.fixture
def job(site: str, parts: SiteParts) -> int:
    with parts.db.transaction() as session:
        show = session.query(Show).one()
        brief = Brief(show_id=show.id, slug="morning-brief-2026-03-20", local_date=date(2026, 3, 20), title="Today")
        made = AudioGenerationJob(
            brief=brief, brief_title="Today", requested_by="test", total_items=10, completed_items=4, progress=38
        )
        session.add(made)
        session.flush()
        return made.id


ADDRESSES = ("/", "/briefs/morning-brief-2026-03-20", "/briefs/morning-brief-2026-03-19?t=12", "/?before=2026-03-20")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("many")
def test_pages_pass_the_checks_for_everybody(browser: Browser, site: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for address in (*ADDRESSES, "/nothing"):
        page.goto(f"{site}{address}")
        result = Axe().run(page)
        assert result.violations_count == 0, f"{address}: {result.generate_report()}"
    context.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
@pytest.mark.usefixtures("many")
def test_no_page_scrolls_sideways(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for address in ADDRESSES:
        page.goto(f"{site}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.usefixtures("many")
def test_the_keyboard_reaches_the_main_part_first(page: Page, site: str) -> None:
    page.goto(site)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("has_job", [False, True])
def test_the_page_before_the_first_edition_passes_them_too(
    browser: Browser, site: str, request: pytest.FixtureRequest, has_job: bool
) -> None:
    if has_job:
        request.getfixturevalue("job")
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(site)

    result = Axe().run(page)

    assert result.violations_count == 0, result.generate_report()
    context.close()


def test_the_first_edition_appears_by_itself(page: Page, site: str, parts: SiteParts, job: int, tone: Path) -> None:
    page.clock.install()
    page.goto(site)
    expect(page.get_by_text("4 of 10 items are recorded.")).to_be_visible()

    with parts.db.transaction() as session:
        session.query(AudioGenerationJob).update({"completed_items": 7})
    page.clock.run_for(5000)
    expect(page.get_by_text("7 of 10 items are recorded.")).to_be_visible()

    with parts.db.transaction() as session:
        finished = {"status": WorkStatus.COMPLETED, "finished_at": datetime.now(UTC)}
        session.query(AudioGenerationJob).update(finished)
    add_edition(parts.db, parts.store, tone)
    page.clock.run_for(5000)
    expect(page.get_by_role("link", name="Play the latest edition")).to_be_visible()
