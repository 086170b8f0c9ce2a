"""Check the contents of a brief file and make a draft of it."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from brief_audio.domain.brief_file.draft import BriefDraft, ItemDraft
from brief_audio.domain.brief_file.plausible_dates import is_implausible
from brief_audio.domain.brief_file.problems import Problems, quoted
from brief_audio.domain.brief_file.unchecked import UncheckedBrief, UncheckedItem, UncheckedText
from brief_audio.domain.slugs import SLUG_RULE, is_slug
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.domain.voice_names import LONGEST_VOICE_NAME

MOST_CHARACTERS = 1_000_000
LONGEST_LINE = 300  # characters of a title or a headline
LONGEST_URL = 2000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_URL = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"]+", re.IGNORECASE)


def check_brief(
    given: UncheckedBrief, problems: Problems, *, show: str | None, local_date: date | None, today: date
) -> BriefDraft | None:
    """Return the draft, or None if something is missing or wrong; `problems` then says what."""
    slug = _slug(given.show, show, problems)
    day = _day(given.date, local_date, today, problems)
    title = _line(given.title, "", "title", problems)
    items = tuple(_items(given, problems))
    _check_length(title, items, problems)
    if slug is None or day is None or title is None or not items:
        return None
    return BriefDraft(slug, day, title, items)


def check_title(given: UncheckedText, problems: Problems) -> str | None:
    """Return a brief's title on one line, or None if it is missing."""
    return _line(given, "", "title", problems)


def _slug(given: UncheckedText | None, show: str | None, problems: Problems) -> str | None:
    chosen = UncheckedText(show, "--show") if show is not None else given
    if chosen is None:
        _add_missing(problems, "/show", "the show is missing (give `show` in the file, or --show)")
        return None
    slug = chosen.text.strip()
    if not is_slug(slug):
        problems.add(chosen.place, f"{quoted(slug)} is not a slug: {SLUG_RULE}")
    return slug


def _add_missing(problems: Problems, pointer: str, reason: str) -> None:
    if not problems.is_noted(pointer):  # unless a value of the wrong type was already reported
        problems.add("", reason)


def _day(given: UncheckedText | None, local_date: date | None, today: date, problems: Problems) -> date | None:
    chosen = UncheckedText(local_date.isoformat(), "--date") if local_date is not None else given
    if chosen is None:
        _add_missing(problems, "/date", "the date is missing (give `date` in the file, or --date)")
        return None
    text = chosen.text.strip()
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    reason = is_implausible(day, today) if day else f"{quoted(text)} is not a date: give YYYY-MM-DD"
    if reason:
        problems.add(chosen.place, reason)
    return day


def _line(given: UncheckedText | None, parent: str, key: str, problems: Problems) -> str | None:
    """Return a title or headline on one line; `parent` is the place of the object that should have it."""
    if given is None:
        if not problems.is_noted(f"{parent}/{key}"):
            problems.add(parent, f"the {key} is missing")
        return None
    text = " ".join(clean_text(given.text, key).split())
    if not text:
        problems.add(given.place, f"the {key} is empty")
    if len(text) > LONGEST_LINE:
        problems.add(given.place, f"the {key} has {len(text):,} characters; at most {LONGEST_LINE} are allowed")
    return text or None


def _items(given: UncheckedBrief, problems: Problems) -> Iterator[ItemDraft]:
    if not given.items:
        _add_missing(problems, "/items", "the brief has no items")
    for item in given.items or ():
        draft = check_item(item, problems)
        if draft is not None:
            yield draft


def check_item(item: UncheckedItem, problems: Problems) -> ItemDraft | None:
    """Return one item's draft, or None if something is missing; `problems` then says what."""
    headline = _line(item.headline, item.place, "headline", problems)
    body = _body(item, problems)
    source_url = _source_url(item.source_url, problems)
    voice = _voice(item.voice, problems)
    return ItemDraft(headline, body, source_url, voice) if headline and body else None


def _body(item: UncheckedItem, problems: Problems) -> str:
    body = clean_text(item.body.text, "body") if item.body else ""
    if item.body and not body:
        problems.add(item.body.place, "the item has no text")
    elif not body and not problems.is_noted(f"{item.place}/body"):
        problems.add(item.place, "the body is missing")
    elif item.body and not _is_speakable(body):
        problems.add(item.body.place, f"the item contains nothing that can be spoken: {quoted(body)}")
    return body


def _is_speakable(text: str) -> bool:
    # A modifier letter (Lm) isn't spoken on its own; one of them is an apostrophe.
    return any(character.isalnum() and unicodedata.category(character) != "Lm" for character in text)


def _source_url(given: UncheckedText | None, problems: Problems) -> str | None:
    if given is None:
        return None
    url = given.text.strip()
    if len(url) > LONGEST_URL or not url.isprintable() or not _URL.fullmatch(url) or not _has_host(url):
        problems.add(given.place, f"{quoted(url)} is not a web address that begins with http:// or https://")
    return url


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _voice(given: UncheckedText | None, problems: Problems) -> str | None:
    if given is None:
        return None
    voice = " ".join(clean_text(given.text, "the voice").split())
    if not voice:
        problems.add(given.place, "the voice is empty; leave it out for the show's own")
    if len(voice) > LONGEST_VOICE_NAME:
        problems.add(
            given.place, f"{quoted(voice)} is longer than the name of any voice ({LONGEST_VOICE_NAME} characters)"
        )
    return voice


def _check_length(title: str | None, items: tuple[ItemDraft, ...], problems: Problems) -> None:
    characters = len(title or "") + sum(len(item.headline) + len(item.body) for item in items)
    if characters > MOST_CHARACTERS:
        problems.add("", f"the brief has {characters:,} characters; at most {MOST_CHARACTERS:,} are allowed")
