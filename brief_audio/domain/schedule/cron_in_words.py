"""Put a cron expression into words, so that its author can check what it means."""

from collections.abc import Iterable

from brief_audio.domain.schedule.cron import Cron

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_GROUPS = {frozenset(range(5)): "every weekday", frozenset({5, 6}): "every Saturday and Sunday"}
_TEENS = range(11, 14)
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def in_words(cron: Cron, zone: str) -> str:
    """Return a schedule in words: "every weekday at 05:30 London time"."""
    return f"{_dates(cron)} at {cron.at:%H:%M} {zone_in_words(zone)}"


def zone_in_words(zone: str) -> str:
    """Return a zone as its city: "London time"; "UTC" stays as it is."""
    if zone.upper() in {"UTC", "ETC/UTC", "GMT", "ETC/GMT"}:
        return "UTC"
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def _dates(cron: Cron) -> str:
    weekdays = _weekdays(cron.weekdays) if cron.weekdays is not None else None
    days = f"on the {_listed(_ordinal(day) for day in sorted(cron.days))}" if cron.days is not None else None
    months = _listed(MONTHS[month - 1] for month in sorted(cron.months)) if cron.months is not None else None
    if days is None:
        return f"{weekdays or 'every day'}{f' in {months}' if months else ''}"
    of = f"{days} of {months or 'every month'}"
    return of if weekdays is None else f"{of}, and {weekdays}{' of these months' if months else ''},"


def _weekdays(weekdays: frozenset[int]) -> str:
    return _GROUPS.get(weekdays) or f"every {_listed(WEEKDAYS[day] for day in sorted(weekdays))}"


def _ordinal(number: int) -> str:
    return f"{number}{'th' if number in _TEENS else _ENDINGS.get(number % 10, 'th')}"


def _listed(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
