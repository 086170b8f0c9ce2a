"""The sentence of the day, and what each thing that needs somebody is called."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from admin.job_sentences import doing
from admin.job_words import count
from brief_audio.services.attention import Attention, Need
from brief_audio.services.days import Day, DayState
from brief_audio.services.today import State, Today
from brief_audio.wording import DAY, HOUR, MINUTE, NO_BREAK_SPACE, day, length, local

SHAPES = {
    State.QUEUED: "queued",
    State.WORKING: "processing",
    State.HELD: "held",
    State.PUBLISHED: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
    State.NO_BRIEF: "skipped",
    State.DRAFT: "queued",
    State.WAITING: "queued",
    State.READY: "new",
}
NEEDS = {
    Need.LATE: "late",
    Need.HELD: "held",
    Need.FAILED: "failed",
    Need.ITEMS: "errors",
    Need.NO_BRIEF: "late",
    Need.DRAFT: "late",
}
DAYS = {
    DayState.MAKING: "being made",
    DayState.HELD: "held",
    DayState.ERRORS: "published with failed items",
    DayState.LATE: "published late",
    DayState.PUBLISHED: "published",
    DayState.FAILED: "failed",
    DayState.CANCELLED: "cancelled",
    DayState.WAITING: "not made yet",
    DayState.MISSED: "missed: nothing ran",
    DayState.NO_BRIEF: "no brief for its night",
    DayState.SKIPPED: "skipped, no run",
    DayState.NOTHING: "no brief",
}
DAY_SHAPES = {DayState.MISSED: "failed", DayState.NO_BRIEF: "skipped", DayState.NOTHING: "skipped"}
LEGEND = (
    ("completed", "Published"),
    ("late", "Late"),
    ("errors", "With failed items"),
    ("held", "Held"),
    ("failed", "Failed or missed"),
    ("cancelled", "Cancelled"),
    ("queued", "Not made yet"),
    ("skipped", "No run"),
)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that needs somebody: its state, what it is, and what may be done."""

    state: str
    title: str
    note: str
    brief_slug: str | None
    job_id: int | None
    show_slug: str
    day: date | None


def shape(today: Today) -> str:
    """Return the state whose shape stands before the sentence."""
    if today.late is not None and today.state is not State.HELD:
        return "late"
    if today.state is State.PUBLISHED and today.brief is not None and today.brief.failed_items:
        return "errors"
    return SHAPES[today.state]


def sentence(today: Today) -> str:
    """Return the answer to why one opened the page."""
    said = _said(today)
    if today.late is None:
        return said
    return f"Late by {span(today.late)}: {said[:1].lower()}{said[1:]}"


def span(late: timedelta) -> str:
    """Return a length in the two largest units that matter: `14 min`, `2 h 5 min`, `3 days`."""
    seconds = max(0, int(late.total_seconds()))
    if seconds < HOUR:
        return f"{max(1, seconds // MINUTE)}{NO_BREAK_SPACE}min"
    return length(seconds * 1000) if seconds < DAY else f"{seconds // DAY}{NO_BREAK_SPACE}days"


def task(one: Attention, now: datetime) -> Task:
    """Return what to tell of one thing that needs somebody."""
    said = {
        Need.LATE: (f"{one.show_title} is late", f"It should have been out {_since(one, now)} ago."),
        Need.HELD: (f"{_named(one)} is held", f"{_capital(one.reason)}. Fix them, or publish it as it is."),
        Need.ITEMS: (f"{_named(one)} has failed items", one.reason),
        Need.FAILED: (f"{_named(one)} failed", _capital(one.reason)),
        Need.NO_BRIEF: (f"{one.show_title} has no brief for its next night", _night(one, now)),
        Need.DRAFT: (f"{one.show_title}: the next brief is a draft", f"{_night(one, now)} Only ready ones are taken."),
    }
    title, note = said[one.need]
    return Task(NEEDS[one.need], title, note, one.brief_slug, one.job_id, one.show_slug, one.local_date)


def day_shape(one: Day) -> str:
    """Return the state whose shape stands for a day."""
    return DAY_SHAPES.get(one.state, one.state)


def day_words(one: Day) -> str:
    """Return a day and what became of it: `Friday 20 March 2026: published`."""
    return f"{day(one.day)}: {DAYS[one.state]}"


def _said(today: Today) -> str:
    match today.state:
        case State.PUBLISHED:
            return _published(today)
        case State.WORKING if today.progress is not None:
            return doing(today.progress)
        case State.WAITING if today.next_run is not None and today.next_run.local is not None:
            return f"Nothing yet: the night is at {today.next_run.local:%H:%M}"
        case State.HELD if today.brief is not None:
            return f"Held: {today.brief.held_reason}"
    return PLAIN[today.state]


PLAIN = {
    State.QUEUED: "Queued: it begins as soon as a worker is free",
    State.WORKING: "Being made",
    State.HELD: "Held",
    State.FAILED: "Not made: the job failed",
    State.CANCELLED: "Not made: the job was cancelled",
    State.NO_BRIEF: "No brief for today",
    State.DRAFT: "Today’s brief is a draft",
    State.WAITING: "Nothing yet",
    State.READY: "Ready, and not made yet",
}


def _published(today: Today) -> str:
    brief = today.brief
    assert brief is not None
    assert brief.made_at is not None  # it has a rendition
    at = local(brief.published_at or brief.made_at, today.show.time_zone)
    items, failed = brief.spoken_of or 0, brief.failed_items or 0
    told = f"{items - failed} of {count(items, 'item')}" if failed else count(items, "item")
    hour = f"{at:%H:%M}" if at.date() == today.day else f"{at.day} {at:%b %H:%M}"
    return f"Published {hour} · {length(brief.duration_ms or 0)} · {told}"


def _named(one: Attention) -> str:
    if one.local_date is None:
        return one.title
    return f"{one.show_title} of {one.local_date.day} {one.local_date:%B}"


def _since(one: Attention, now: datetime) -> str:
    return span(now - one.at) if one.at else "a while"


def _night(one: Attention, now: datetime) -> str:
    if one.at is None:
        return ""
    return f"The night is in {span(one.at - now)}." if one.at > now else "Its night is now."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
