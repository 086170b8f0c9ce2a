from datetime import date

import pytest

from brief_audio.domain.brief_file.plausible_dates import is_implausible

TODAY = date(2026, 2, 28)


@pytest.mark.parametrize("day", [date(1970, 1, 1), TODAY, date(2028, 2, 28), date(2028, 2, 29)])
def test_a_date_that_somebody_may_mean_is_taken(day):
    assert is_implausible(day, TODAY) is None


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(1969, 12, 31), "1969-12-31 is before 1970"),
        (date(1, 1, 1), "0001-01-01 is before 1970"),
        (date(2028, 3, 1), "2028-03-01 is more than two years ahead"),
        (date(9999, 12, 31), "9999-12-31 is more than two years ahead"),
    ],
)
def test_a_slip_in_the_year_is_told(day, reason):
    told = is_implausible(day, TODAY)

    assert told is not None
    assert told.startswith(reason)
    assert told.endswith(": check the year")
