"""Cron expressions for nights: what they mean, and what is refused at once."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.schedule.cron import parse_cron
from brief_audio.domain.schedule.cron_in_words import in_words

MONDAY = date(2026, 11, 23)
YEAR = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("30 5 * * *", "every day at 05:30 London time"),
        ("30 05 * * mon-fri", "every weekday at 05:30 London time"),
        ("0 7 * * SAT,sun", "every Saturday and Sunday at 07:00 London time"),
        ("0 7 * * mon,wed,fri", "every Monday, Wednesday and Friday at 07:00 London time"),
        ("0 7 * * */2", "every Monday, Wednesday, Friday and Sunday at 07:00 London time"),
        ("0 7 1 * *", "on the 1st of every month at 07:00 London time"),
        (
            "0 7 1,2,3,11,21,22,23,31 * *",
            "on the 1st, 2nd, 3rd, 11th, 21st, 22nd, 23rd and 31st of every month at 07:00",
        ),
        ("0 7 24-26 dec *", "on the 24th, 25th and 26th of December at 07:00 London time"),
        ("0 7 * jun-aug mon", "every Monday in June, July and August at 07:00 London time"),
        ("0 7 1 * mon", "on the 1st of every month, and every Monday, at 07:00 London time"),
        ("0 7 1-31 1-12 mon-sun", "every day at 07:00 London time"),
    ],
)
def test_an_expression_is_said_back_in_words(text: str, words: str) -> None:
    assert in_words(parse_cron(text), "Europe/London").startswith(words)


@pytest.mark.parametrize(
    ("zone", "said"),
    [("UTC", "UTC"), ("America/New_York", "New York time"), ("America/Argentina/Ushuaia", "Ushuaia time")],
)
def test_a_zone_is_said_by_its_city(zone: str, said: str) -> None:
    assert in_words(parse_cron("30 5 * * *"), zone) == f"every day at 05:30 {said}"


def test_dates_fit_as_crontab_has_it() -> None:
    cron = parse_cron("0 7 13 jan,may fri")

    fitting = {day for day in YEAR if cron.fits(day)}

    assert fitting == {day for day in YEAR if day.month in {1, 5} and (day.day == 13 or day.weekday() == 4)}
    assert cron.at == time(7, 0)


def test_the_twenty_ninth_of_february_fires_now_and_then() -> None:
    assert [day for day in YEAR if parse_cron("0 7 29 2 *").fits(day)] == [date(2024, 2, 29)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "give minute, hour, day, month and weekday"),
        ("5:30", "give minute, hour, day, month and weekday"),
        ("@daily", "give minute, hour, day, month and weekday"),
        ("* * * * * *", "give minute, hour, day, month and weekday"),
        ("0 30 5 * * mon", "give minute, hour, day, month and weekday"),
        ("* 5 * * *", "as the minute would fire more than once per date"),
        ("*/5 5 * * *", "as the minute would fire more than once"),
        ("0,30 5 * * *", "as the minute would fire more than once"),
        ("30 * * * *", "as the hour would fire more than once per date"),
        ("30 5,17 * * *", "for two editions a day, use two shows"),
        ("60 5 * * *", "'60' is not from 0 to 59"),
        ("30 24 * * *", "'24' is not from 0 to 23"),
        ("30 5 0 * *", "'0' is not from 1 to 31"),
        ("30 5 32 * *", "'32' is not from 1 to 31"),
        ("30 5 * 13 *", "'13' is not from 1 to 12"),
        ("30 5 * * 1-5", "numbers mean different days in different programs"),
        ("30 5 * * 0", "numbers mean different days in different programs"),
        ("30 5 * * fri-mon", "goes backwards"),
        ("30 5 5-1 * *", "goes backwards"),
        ("30 5 */0 * *", "a step must be at least 1"),
        ("0 0 1--100000000 * *", "'-100000000' is not from 1 to 31"),
        ("30 5 1,,2 * *", "'' is not a value, range or step"),
        ("30 5 L * *", "'l' is not from 1 to 31"),
        ("30 5 ٣ * *", "is not from 1 to 31"),
        ("30 5 30 feb *", "never fires"),
        ("30 5 31 apr,jun,sep,nov *", "never fires"),
        ("30 5 1 * *" + " " * 300, "is not a cron expression"),
    ],
)
def test_what_could_not_be_meant_is_refused_with_its_reason(text: str, told: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_cron(text)

    assert told in str(refused.value)


@given(st.text(alphabet="0123456789*/,- monfriju", max_size=40))
def test_any_text_is_a_cron_expression_or_is_refused(text: str) -> None:
    try:
        cron = parse_cron(text)
    except InvalidInputError:
        return

    assert any(cron.fits(day) for day in YEAR)
    assert in_words(cron, "UTC")
    assert parse_cron(cron.text) == cron


@pytest.mark.parametrize("text", ["0 7 1-31 * mon", "0 7 13 * mon-sun", "0 7 */1 * *"])
def test_days_or_weekdays_that_are_all_of_them_fit_every_date(text: str) -> None:
    """As crontab(5) has it: either will do. Only a star leaves it to the other."""
    assert all(parse_cron(text).fits(day) for day in YEAR)
