"""An item that cannot be spoken: the edition says so, its text is mended, and it alone is spoken anew."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.dashboard.dashboard_user import Desk
from tests.e2e.product import PATIENCE_SECONDS, REPOSITORY, Product, wait_until
from tests.e2e.web.test_player import LISTEN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FAULTY = REPOSITORY / "tests" / "e2e" / "faults" / "faulty_scheduler.py"
BRIDGE = ("The harbour bridge reopens", "Cars may cross from noon on. Buses follow on Monday.")
FARES = ("Fares stay as they are", "They stay until the autumn.")
WEATHER = ("Weather", "It rains.")
BROKEN = ("Still to come", "They mumble every time.")


@pytest.fixture
def turn(product: Product, storage_state: Path) -> Callable[[], None]:
    """Let the site run alone, and each time a worker whose voice does the harm that texts name."""
    product.interrupt(product.started[0])
    secret = {"SECRET_KEY": (product.data_dir / "secret-key").read_text(encoding="utf-8").strip()}
    product.extra |= secret
    product.start("web")
    wait_until(lambda: "Listening on" in product.talk, "the site to serve alone")

    def turn_once() -> None:
        turned = subprocess.run(
            [sys.executable, FAULTY],
            env=product.environment | {"PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            timeout=2 * PATIENCE_SECONDS,
            check=False,
        )
        assert turned.returncode == 0, turned.stderr.decode()

    return turn_once


def test_a_failed_item_is_mended_spoken_anew_and_taken_back(turn: Callable[[], None], desk: Desk, page: Page) -> None:
    path = desk.write_brief("2027-04-01", "News with a gap", BRIDGE, FARES, WEATHER, BROKEN)
    desk.ask_for(1)
    turn()
    desk.wait_for_rendition(1)
    last = page.get_by_role("row", name=re.compile("Still to come"))
    expect(last).to_contain_text("Failed")
    expect(last.locator(".bad")).to_contain_text("not numbers")

    desk.rewrite(4, "The rest comes at noon.")
    expect(last).to_contain_text("Re-recorded")
    desk.ask_for(2)
    turn()
    desk.wait_for_rendition(2)

    expect(last).to_contain_text("Spoken")
    expect(page.get_by_role("row", name=re.compile("Fares stay"))).to_contain_text("Reused")
    assert page.evaluate(LISTEN)
    desk.open(path)
    page.get_by_role("button", name="Roll back…").click()
    page.get_by_role("button", name="Roll back to version 1").click()
    expect(page.get_by_role("heading", name="Version 1, published")).to_be_visible()
