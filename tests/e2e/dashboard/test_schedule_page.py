"""A schedule is looked at before it is saved: the night on which the clocks go forward is marked."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.dashboard.dashboard_user import Desk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NEW_YORK = ZoneInfo("America/New_York")


def next_gap() -> date:
    """The next date on which 02:30 does not exist in New York."""
    days = (datetime.now(NEW_YORK).date() + timedelta(days=ahead) for ahead in range(1, 400))
    return next(day for day in days if not exists(datetime.combine(day, time(2, 30), NEW_YORK)))


def exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(NEW_YORK).replace(tzinfo=None) == local.replace(tzinfo=None)


def test_a_preview_warns_of_the_clocks_and_saves_nothing(desk: Desk, page: Page) -> None:
    gap = next_gap()
    desk.open("/admin/schedules/1")

    page.get_by_label("When").fill(f"30 2 {gap.day} {gap:%b} *".lower())
    page.get_by_label("Time zone").fill("America/New_York")
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_role("status")).to_contain_text("Nothing is saved yet")
    expect(page.get_by_role("table").first).to_contain_text("Clocks go forward")
    expect(page.get_by_role("table").first).to_contain_text("02:30 does not exist, runs at 03:00")
    desk.open("/admin/schedules/1")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/London")
