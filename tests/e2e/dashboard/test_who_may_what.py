"""Roles and limits as people of each role meet them, and the pages of somebody whose browser runs no script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.dashboard.dashboard_user import Desk
from tests.e2e.product import Product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ITEM = ("The harbour bridge reopens", "Cars may cross from noon on.")
WITHIN_A_MINUTE = 10  # generations by one user


def test_a_viewer_is_invited_looks_and_is_offered_no_action(desk: Desk, colleague: Callable[[str], Desk]) -> None:
    path = desk.write_brief("2027-05-01", "News for all", ITEM)

    viewer = colleague("viewer")

    viewer.open(path)
    expect(viewer.page.get_by_role("heading", name="News for all", level=1)).to_be_visible()
    for name in ("Generate audio…", "Mark as ready", "Preview item 1"):
        expect(viewer.page.get_by_role("button", name=name)).to_have_count(0)
    expect(viewer.page.get_by_role("link", name="Users")).to_have_count(0)
    refused = viewer.page.goto(f"{viewer.url}/admin/users/")
    assert refused is not None
    assert refused.status == 403


def test_who_generates_too_often_is_told_when_to_come_back(desk: Desk, colleague: Callable[[str], Desk]) -> None:
    path = desk.write_brief("2027-05-02", "News asked for again and again", ITEM)
    editor = colleague("editor")

    for _ in range(WITHIN_A_MINUTE + 1):
        editor.open(path)
        # A job is under way after the first press: a form of before asks again all the same.
        with editor.page.expect_navigation():
            editor.page.evaluate(PRESS)

    expect(editor.page.get_by_role("heading", level=1)).to_contain_text("Too many requests")
    expect(editor.page.get_by_role("main")).to_contain_text("Try again at")


PRESS = """() => {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = location.pathname + '/generate';
  for (const [name, value] of [['csrf_token', document.querySelector('[name=csrf_token]').value], ['back', '']]) {
    const field = Object.assign(document.createElement('input'), {type: 'hidden', name, value});
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


def test_without_script_a_brief_is_written_generated_and_played(
    browser: Browser, storage_state: Path, product: Product
) -> None:
    context = browser.new_context(storage_state=storage_state, java_script_enabled=False)
    page: Page = context.new_page()
    desk = Desk(page, product.url)

    desk.write_brief("2027-05-03", "News without a script", ITEM)
    page.get_by_role("button", name="Mark as ready").click()
    desk.generate(1)

    expect(page.locator("audio[controls]")).to_be_visible()
    sound = page.request.get(product.url + str(page.locator("audio").get_attribute("src")))
    assert sound.headers["content-type"] == "audio/mpeg"
    desk.open("/admin/jobs/")
    expect(page.get_by_role("rowheader", name="News without a script")).to_be_visible()
    context.close()
