"""Cron expressions for scheduled runs: five fields that fire at most once per date."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time

from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.schedule.cron_fields import DAY, HOUR, MINUTE, MONTH, WEEKDAY, Field, values_of

FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)
LONGEST_CRON = 200
_LEAP_YEAR = 2024
_EVERY_MONTH = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class Cron:
    """When a run is due: `at` on each matching date; None means the field allows every value."""

    at: time
    days: frozenset[int] | None
    months: frozenset[int] | None
    weekdays: frozenset[int] | None  # 0 is Monday, as in `date.weekday`
    text: str

    def fits(self, day: date) -> bool:
        """Return whether it fires on that date.

        If both days and weekdays are given, either is enough, as in crontab(5).
        """
        if self.months is not None and day.month not in self.months:
            return False
        looks = [day.day in self.days] if self.days is not None else []
        if self.weekdays is not None:
            looks.append(day.weekday() in self.weekdays)
        return any(looks) if looks else True


def parse_cron(text: str) -> Cron:
    """Parse `minute hour day month weekday`; raise `InvalidInputError` if it never fires or fires too often."""
    words = text[: LONGEST_CRON + 1].split()
    if len(text) > LONGEST_CRON or len(words) != len(FIELDS):
        raise InvalidInputError(
            f"{text[:LONGEST_CRON]!r} is not a cron expression: give minute, hour, day, month and weekday, such as"
            " '30 5 * * mon-fri'"
        )
    minute, hour, days, months, weekdays = (values_of(field, word) for field, word in zip(FIELDS, words, strict=True))
    if (days is None and words[2][0] != "*") or (weekdays is None and words[4][0] != "*"):
        days = weekdays = None  # either is enough, and one of them lists every day
    at = time(_only(HOUR, hour, words[1]), _only(MINUTE, minute, words[0]))
    cron = Cron(at, days, months, weekdays, " ".join(words).lower())
    if not _ever_fires(cron):
        raise InvalidInputError(f"{cron.text!r} never fires: none of its months has such a day")
    return cron


def _only(field: Field, values: frozenset[int] | None, word: str) -> int:
    """Return a field's only value; with several, the expression would fire more than once per day."""
    if values is None or len(values) > 1:
        raise InvalidInputError(
            f"{word!r} as the {field.name} would fire more than once per date: give one number"
            " (for two editions a day, use two shows)"
        )
    return next(iter(values))


def _ever_fires(cron: Cron) -> bool:
    if cron.days is None or cron.weekdays is not None:
        return True
    longest = max(monthrange(_LEAP_YEAR, month)[1] for month in cron.months or _EVERY_MONTH)
    return min(cron.days) <= longest
