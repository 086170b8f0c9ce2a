"""A job that is watched: through a line that is lost, and to its end when somebody wants it to stop."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.dashboard.dashboard_user import Desk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LONG = "A sentence that takes its time, as there are so very many of them here. " * 60


def test_a_job_is_watched_through_a_lost_line_and_cancelled(desk: Desk, page: Page, complaints: list[str]) -> None:
    desk.write_brief("2027-04-02", "A very long morning", *((f"Item {number}", LONG) for number in range(1, 6)))
    page.get_by_role("button", name="Generate audio…").click()
    page.get_by_role("button", name="Generate version 1").click()
    live = page.locator("#progress .live")
    expect(live).to_contain_text("Live")
    expect(page.locator("#progress dl")).to_contain_text("Spoken")

    page.context.set_offline(True)
    expect(live).to_contain_text("Stale")
    page.context.set_offline(False)
    expect(live).to_contain_text("Live")
    complaints.clear()  # the browser, too, says that the line was lost

    page.get_by_role("button", name="Cancel…").click()
    page.get_by_role("button", name="Cancel job").click()
    expect(page.locator(".flash").first).to_contain_text("Finished items are kept")
    page.goto(f"{desk.url}/admin/jobs/")
    expect(page.get_by_role("row", name=re.compile("A very long morning"))).to_contain_text("Cancelled", timeout=30_000)
    page.get_by_role("row", name=re.compile("A very long morning")).get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Retry…")).to_be_visible()


def test_a_page_whose_job_ends_while_it_is_open_shows_what_came_of_it(desk: Desk, page: Page) -> None:
    """Red without `data-ended` in `brief_audio/web/static/live.js`: its button to cancel stayed for ever."""
    desk.write_brief("2027-04-03", "A short morning", ("Item", LONG))

    desk.ask_for(1)

    expect(page.get_by_role("heading", name="Version 1, published")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Cancel…")).to_have_count(0)
