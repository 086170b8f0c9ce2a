"""One state for a day: the first that matters to who looks at the strip."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from brief_audio.db.today import DayRow
from brief_audio.services.pages.recent_days import DayState, state_of

OUT = datetime(2026, 3, 20, 6, tzinfo=UTC)
NOTHING = DayRow(
    day=date(2026, 3, 20),
    slug=None,
    is_held=False,
    published_at=None,
    failed_items=None,
    job_status=None,
    is_late=False,
    tick_state=None,
    is_skipped=False,
)


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({}, DayState.NOTHING),
        ({"tick_state": "no brief"}, DayState.NO_BRIEF),
        ({"is_skipped": True}, DayState.SKIPPED),
        ({"slug": "a", "tick_state": "missed"}, DayState.MISSED),
        ({"slug": "a"}, DayState.WAITING),
        ({"slug": "a", "job_status": "failed"}, DayState.FAILED),
        ({"slug": "a", "job_status": "cancelled"}, DayState.CANCELLED),
        ({"slug": "a", "job_status": "failed", "published_at": OUT}, DayState.PUBLISHED),
        ({"slug": "a", "job_status": "completed", "published_at": OUT, "is_late": True}, DayState.LATE),
        ({"slug": "a", "published_at": OUT, "is_late": True, "failed_items": 1}, DayState.ERRORS),
        ({"slug": "a", "published_at": OUT, "is_held": True}, DayState.HELD),
        ({"slug": "a", "published_at": OUT, "is_held": True, "job_status": "queued"}, DayState.MAKING),
    ],
)
def test_the_state_of_a_day(columns: dict[str, object], state: DayState) -> None:
    assert state_of(replace(NOTHING, **columns)) is state
