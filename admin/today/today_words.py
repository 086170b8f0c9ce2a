"""The headline of the Today page, and the wording of everything that needs attention."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from admin.jobs.job_sentences import doing
from admin.jobs.job_words import count
from brief_audio.domain.time_zones import local
from brief_audio.http.wording import DAY, HOUR, MINUTE, NO_BREAK_SPACE, day, length
from brief_audio.services.pages.attention import Attention, AttentionReason
from brief_audio.services.pages.recent_days import DayState, RecentDay
from brief_audio.services.pages.today import DayStatus, Today

SHAPES = {
    DayStatus.QUEUED: "queued",
    DayStatus.WORKING: "processing",
    DayStatus.HELD: "held",
    DayStatus.PUBLISHED: "completed",
    DayStatus.FAILED: "failed",
    DayStatus.CANCELLED: "cancelled",
    DayStatus.NO_BRIEF: "skipped",
    DayStatus.DRAFT: "queued",
    DayStatus.WAITING: "queued",
    DayStatus.READY: "new",
}
NEEDS = {
    AttentionReason.LATE: "late",
    AttentionReason.HELD: "held",
    AttentionReason.FAILED: "failed",
    AttentionReason.ITEMS: "errors",
    AttentionReason.NO_BRIEF: "late",
    AttentionReason.DRAFT: "late",
}
DAYS = {
    DayState.MAKING: "generating",
    DayState.HELD: "held",
    DayState.ERRORS: "published with failed items",
    DayState.LATE: "published late",
    DayState.PUBLISHED: "published",
    DayState.FAILED: "failed",
    DayState.CANCELLED: "cancelled",
    DayState.WAITING: "not generated yet",
    DayState.MISSED: "missed: nothing ran",
    DayState.NO_BRIEF: "no brief for the scheduled run",
    DayState.SKIPPED: "skipped: no run",
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
    ("queued", "Not generated yet"),
    ("skipped", "No run"),
)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that needs attention: its state, what it is, and where to act on it."""

    state: str
    title: str
    note: str
    brief_slug: str | None
    job_id: int | None
    show_slug: str
    day: date | None


def shape(today: Today) -> str:
    """Return the state whose icon goes before the headline."""
    if today.late is not None and today.state is not DayStatus.HELD:
        return "late"
    if today.state is DayStatus.PUBLISHED and today.brief is not None and today.brief.failed_items:
        return "errors"
    return SHAPES[today.state]


def sentence(today: Today) -> str:
    """Return the headline: the state of today's edition."""
    text = _headline(today)
    if today.late is None:
        return text
    return f"Late by {span(today.late)}: {text[:1].lower()}{text[1:]}"


def span(late: timedelta) -> str:
    """Return a duration in its largest units: `14 min`, `2 h 5 min`, `3 days`."""
    seconds = max(0, int(late.total_seconds()))
    if seconds < HOUR:
        return f"{max(1, seconds // MINUTE)}{NO_BREAK_SPACE}min"
    return length(seconds * 1000) if seconds < DAY else f"{seconds // DAY}{NO_BREAK_SPACE}days"


def task(one: Attention, now: datetime) -> Task:
    """Return the wording of one thing that needs attention."""
    wording = {
        AttentionReason.LATE: (f"{one.show_title} is late", f"It was due {_since(one, now)} ago."),
        AttentionReason.HELD: (
            f"{_named(one)} is held",
            f"{_capital(one.reason)}. Fix the items, or publish it as it is.",
        ),
        AttentionReason.ITEMS: (f"{_named(one)} has failed items", one.reason),
        AttentionReason.FAILED: (f"{_named(one)} failed", _capital(one.reason)),
        AttentionReason.NO_BRIEF: (f"{one.show_title} has no brief for its next scheduled run", _run(one, now)),
        AttentionReason.DRAFT: (
            f"{one.show_title}: the next brief is a draft",
            f"{_run(one, now)} It uses only ready briefs.",
        ),
    }
    title, note = wording[one.need]
    return Task(NEEDS[one.need], title, note, one.brief_slug, one.job_id, one.show_slug, one.local_date)


def day_shape(one: RecentDay) -> str:
    """Return the state whose icon marks a day."""
    return DAY_SHAPES.get(one.state, one.state)


def day_words(one: RecentDay) -> str:
    """Return a day with its outcome: `Friday 20 March 2026: published`."""
    return f"{day(one.day)}: {DAYS[one.state]}"


def _headline(today: Today) -> str:
    match today.state:
        case DayStatus.PUBLISHED:
            return _published(today)
        case DayStatus.WORKING if today.progress is not None:
            return doing(today.progress)
        case DayStatus.WAITING if today.next_run is not None and today.next_run.local is not None:
            return f"Not generated yet: the scheduled run starts at {today.next_run.local:%H:%M}"
        case DayStatus.HELD if today.brief is not None:
            return f"Held: {today.brief.held_reason}"
    return PLAIN[today.state]


PLAIN = {
    DayStatus.QUEUED: "Queued: starts when a worker is free",
    DayStatus.WORKING: "Generating",
    DayStatus.HELD: "Held",
    DayStatus.FAILED: "Generation failed",
    DayStatus.CANCELLED: "Generation cancelled",
    DayStatus.NO_BRIEF: "No brief for today",
    DayStatus.DRAFT: "Today’s brief is a draft",
    DayStatus.WAITING: "Not generated yet",
    DayStatus.READY: "Ready, but not generated yet",
}


def _published(today: Today) -> str:
    brief = today.brief
    assert brief is not None
    assert brief.made_at is not None  # it has a rendition
    at = local(brief.published_at or brief.made_at, today.show.time_zone)
    items, failed = brief.spoken_of or 0, brief.failed_items or 0
    narrated = f"{items - failed} of {count(items, 'item')}" if failed else count(items, "item")
    hour = f"{at:%H:%M}" if at.date() == today.day else f"{at.day} {at:%b %H:%M}"
    return f"Published {hour} · {length(brief.duration_ms or 0)} · {narrated}"


def _named(one: Attention) -> str:
    if one.local_date is None:
        return one.title
    return f"{one.show_title} of {one.local_date.day} {one.local_date:%B}"


def _since(one: Attention, now: datetime) -> str:
    return span(now - one.at) if one.at else "a while"


def _run(one: Attention, now: datetime) -> str:
    if one.at is None:
        return ""
    return f"The run starts in {span(one.at - now)}." if one.at > now else "The run is due now."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
