"""A whole installation with beeps for a voice, and a browser before it in which the first admin is signed in."""

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.dashboard.dashboard_user import EMAIL, PASSWORD, Desk
from tests.e2e.product import Product, wait_until

LINK = re.compile(r"http://\S+/link/[\w.-]+")
PATIENCE_MS = 60_000
NUMBERS = count(1)


@pytest.fixture(scope="module")
def product(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`manage.py run`, whose sample edition is out."""
    product = Product(tmp_path_factory.mktemp("installation") / "data")
    copytree(prepared, product.data_dir, symlinks=True)
    try:
        product.start("run")
        wait_until(lambda: "Serving on" in product.talk, "the product to serve")
        yield product
    finally:
        product.end()


@pytest.fixture(scope="module")
def storage_state(browser: Browser, product: Product, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cookies of the first admin, who came in by a link from the command line."""
    found = LINK.search(product.command("users", "link", "first-admin@localhost").stdout.decode())
    assert found is not None
    kept = tmp_path_factory.mktemp("browser") / "state.json"
    context = browser.new_context()
    page = context.new_page()
    page.goto(found[0])
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Name", exact=True).fill("Duty desk")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Confirm password").fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    page.wait_for_url("**/admin/")
    context.storage_state(path=kept)
    context.close()
    return kept


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about, the policy's refusals included: it must stay empty."""
    return []


@pytest.fixture
def page(browser: Browser, storage_state: Path, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(storage_state=storage_state, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def desk(page: Page, product: Product) -> Desk:
    return Desk(page, product.url)


@pytest.fixture
def colleague(browser: Browser, desk: Desk) -> Iterator[Callable[[str], Desk]]:
    """Invite somebody of a role, as an admin does, and be them: with a browser of their own, in by their link."""
    contexts = []

    def invite(role: str) -> Desk:
        name = f"{role.capitalize()} {next(NUMBERS)}"
        desk.open("/admin/users/")
        desk.page.get_by_label("E-mail").fill(f"{name.replace(' ', '.').lower()}@example.org")
        desk.page.get_by_label("Name", exact=True).fill(name)
        desk.page.get_by_label("Role").select_option(role)
        desk.page.get_by_role("button", name="Create invitation link").click()
        found = LINK.search(desk.page.get_by_role("main").inner_html())
        assert found is not None
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(found[0])
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Confirm password").fill(PASSWORD)
        page.get_by_role("button", name="Save and sign in").click()
        page.wait_for_url("**/admin/")
        return Desk(page, desk.url)

    yield invite
    for context in contexts:
        context.close()
