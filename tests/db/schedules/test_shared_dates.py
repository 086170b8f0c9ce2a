"""Two schedules of one show never have a night on the same date, whatever was decided for it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Show
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.schedule.ticks import OverrideKind
from tests.db.schedules.planning import Planning

NOON = datetime(2026, 6, 5, 12, 0, tzinfo=UTC)  # a Friday
SATURDAY = date(2026, 6, 6)
A_DAY = timedelta(days=1)


@pytest.fixture
def planning(database: Database, show: Show) -> Planning:
    return Planning(database)


@pytest.fixture
def weekdays(planning: Planning) -> int:
    return planning.add("30 5 * * mon-fri", NOON - 2 * A_DAY).id


@pytest.fixture
def saturdays(planning: Planning) -> int:
    return planning.add("0 8 * * sat", NOON - 2 * A_DAY).id


def test_no_night_is_added_where_another_schedule_has_one(planning, weekdays, saturdays) -> None:
    """Red without `refuse_shared` in `brief_audio/services/schedules/overrides.py:add_override`."""
    with pytest.raises(ConflictError, match=rf"schedule {saturdays} .* also has a run on 2026-06-06"):
        planning.override(weekdays, OverrideKind.EXTRA, SATURDAY, at=time(5, 30), now=NOON)

    planning.override(weekdays, OverrideKind.EXTRA, SATURDAY + A_DAY, at=time(5, 30), now=NOON)
    with pytest.raises(ConflictError, match=rf"schedule {weekdays} .* also has a run on 2026-06-07"):
        planning.override(saturdays, OverrideKind.EXTRA, SATURDAY + A_DAY, at=time(9, 0), now=NOON)


def test_a_night_that_is_only_skipped_keeps_its_date(planning, weekdays, saturdays) -> None:
    """Red where a skipped night counts as none: taking the skip back would make two of one date."""
    planning.override(saturdays, OverrideKind.SKIP, SATURDAY, now=NOON)

    with pytest.raises(ConflictError, match="also has a run on 2026-06-06"):
        planning.override(weekdays, OverrideKind.EXTRA, SATURDAY, at=time(5, 30), now=NOON)


def test_a_cron_shares_no_date_with_an_extra_night(planning, weekdays) -> None:
    """Red without `scheduled_run_on` in `brief_audio/services/schedules/shared_dates.py:_refuse`."""
    planning.override(weekdays, OverrideKind.EXTRA, SATURDAY, at=time(5, 30), now=NOON)

    with pytest.raises(ConflictError, match="also has a run on 2026-06-06"):
        planning.add("0 8 * * sat", NOON)


def test_dates_are_shared_from_the_first_night_to_come(planning, weekdays) -> None:
    """Red without `night.due_at > now` in `brief_audio/services/schedules/shared_dates.py:refuse_shared_dates`."""
    with pytest.raises(ConflictError, match="also has a run on 2026-06-12"):
        planning.add("0 9 * * fri", NOON)

    with pytest.raises(ConflictError, match="also has a run on 2026-06-05"):
        planning.add("0 13 * * fri", NOON)


def test_a_date_that_is_left_out_by_the_zone_is_not_shared(planning) -> None:
    """Red without `RunKind.NO_SUCH_DATE` in `brief_audio/services/schedules/shared_dates.py:_can_be`."""
    before = datetime(2011, 12, 27, tzinfo=UTC)
    planning.add("30 5 30 dec *", before, time_zone="Pacific/Apia")

    assert planning.add("0 8 * * fri", before, time_zone="Pacific/Apia").id
