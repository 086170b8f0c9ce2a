"""Forms for schedules. The services' rules are checked here too, so that each problem appears beside its field."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

from admin.shared.forms import Form
from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.schedule.cron import LONGEST_CRON, parse_cron
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.domain.shows import check_zone
from brief_audio.http.sentences import sentence
from brief_audio.services.schedules.editing import LONGEST_CATCH_UP, SchedulePlan
from brief_audio.services.schedules.manual_changes import ScheduleForm
from brief_audio.services.schedules.schedule_page import DecidedDates
from brief_audio.services.schedules.summary import ScheduleSummary

FIELDS = ("cron", "time_zone", "catch_up", "ready_by", "enabled", "do")
DECISION_FIELDS = ("kind", "first", "last", "at")
NEW_VALUES = {"cron": "30 5 * * *", "catch_up": "360", "ready_by": "", "enabled": "1", "show": ""}
NOTHING_DECIDED = {"kind": "skip", "first": "", "last": "", "at": ""}
LONGEST_ZONE = 64
_MOST_MINUTES = int(LONGEST_CATCH_UP.total_seconds() // 60)
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def plan_values(line: ScheduleSummary) -> dict[str, str]:
    """Return the form's initial values."""
    return {
        "cron": line.cron,
        "time_zone": line.time_zone,
        "catch_up": str(line.catch_up_minutes),
        "ready_by": f"{line.ready_by:%H:%M}" if line.ready_by else "",
        "enabled": "1" if line.is_enabled else "",
    }


def read_plan(form: Form) -> ScheduleForm | None:
    """Return the requested schedule, or None if a field is not valid; the form then holds the problems."""
    cron = form.text("cron", "The cron expression", longest=LONGEST_CRON)
    zone = form.text("time_zone", "The time zone", longest=LONGEST_ZONE)
    minutes = form.whole("catch_up", "The catch-up window", least=1, most=_MOST_MINUTES, unit=" minutes")
    ready_by = read_time(form, "ready_by", "The ready-by time", required=False)
    is_enabled = form.flag("enabled")
    form.choice("do", "The action", ("save", "preview"))
    if form.is_right:
        _ask(form, "cron", lambda: parse_cron(cron))
        _ask(form, "time_zone", lambda: check_zone(zone))
    if not form.is_right:
        return None
    if ready_by is not None and ready_by <= parse_cron(cron).at:
        form.refuse("ready_by", f"{ready_by:%H:%M} is not after the start at {parse_cron(cron).at:%H:%M}.")
        return None
    plan = SchedulePlan(cron, zone, timedelta(minutes=minutes), ready_by, has_ready_by=ready_by is not None)
    return ScheduleForm(plan, is_enabled=is_enabled)


def read_decision(form: Form) -> DecidedDates | None:
    """Return the requested change to coming dates, or None if a field is not valid."""
    kind = OverrideKind(form.choice("kind", "The change", tuple(OverrideKind)))
    first = form.day("first", "The date")
    last = form.day("last", "The last date", required=False)
    at = read_time(form, "at", "The time", required=kind != OverrideKind.SKIP)
    if kind != OverrideKind.SKIP and last not in {None, first}:
        form.refuse("last", "Only skipping works for several dates. Leave this empty.")
    if kind == OverrideKind.SKIP and at is not None:
        form.refuse("at", "A skipped run has no time. Leave this empty.")
    if not form.is_right or first is None:
        return None
    return DecidedDates(kind, first, last or first, at)


def read_dates(form: Form) -> tuple[date, date] | None:
    """Return a form's first and last date, or None if they are not valid."""
    first, last = form.day("first", "The date"), form.day("last", "The last date", required=False)
    return (first, last or first) if form.is_right and first is not None else None


def read_time(form: Form, name: str, label: str, *, required: bool) -> time | None:
    """Return a time of day in the format that browsers send."""
    given = form.values[name].strip()
    if not given and not required:
        return None
    if not _TIME.fullmatch(given):
        form.refuse(name, f"{label} must be from 00:00 to 23:59, such as 05:30.")
        return None
    return time.fromisoformat(given)


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Return the time zones that a form offers: UTC and those named after places."""
    return ("UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


def _ask(form: Form, name: str, check: Callable[[], object]) -> None:
    try:
        check()
    except InvalidInputError as error:
        form.refuse(name, sentence(error))
