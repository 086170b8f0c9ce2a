"""The way of an edition as an editor goes it, in a real browser over real processes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.dashboard.dashboard_user import Desk
from tests.e2e.web.test_player import LISTEN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SAID = ("The harbour bridge reopens", "Cars may cross from noon on. Buses follow on Monday.")
MORE = ("Fares stay as they are", "They stay until the autumn.")


def test_a_brief_is_written_made_ready_generated_and_heard(desk: Desk, page: Page) -> None:
    desk.write_brief("2027-03-20", "News of the twentieth", SAID, MORE, ("Weather", "It rains."))

    page.get_by_role("button", name="Mark as ready").click()
    expect(page.locator(".flash")).to_contain_text("Marked as ready")
    desk.generate(1)

    assert page.evaluate(LISTEN)
    expect(page.get_by_role("row", name=re.compile("Weather"))).to_contain_text("Spoken")


def test_an_item_is_revoiced_and_the_edition_before_is_brought_back(desk: Desk, page: Page) -> None:
    path = desk.write_brief("2027-03-21", "News of the next day", SAID, MORE)
    desk.generate(1)

    desk.rewrite(2, "They rise in the autumn.")
    expect(page.get_by_role("row", name=re.compile("Fares"))).to_contain_text("Re-recorded")
    desk.generate(2)
    desk.open(path)
    page.get_by_role("button", name="Roll back…").click()
    page.get_by_role("button", name="Roll back to version 1").click()

    expect(page.get_by_role("heading", name="Version 1, published")).to_be_visible()
    assert page.evaluate(LISTEN)


def test_an_item_is_heard_before_anything_is_made(desk: Desk, page: Page) -> None:
    desk.write_brief("2027-03-22", "News that is not out", SAID)

    page.get_by_role("button", name="Preview item 1").click()

    expect(page.locator("audio")).to_be_visible()
    assert page.evaluate(LISTEN)


def test_markup_in_a_title_is_text(desk: Desk, page: Page) -> None:
    title = "<script>alert(1)</script> & <b>bold</b>"

    desk.write_brief("2027-03-23", title, SAID)
    desk.open("/admin/briefs/")

    expect(page.get_by_role("link", name=title)).to_be_visible()
