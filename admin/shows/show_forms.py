"""The forms of a show: each mistake is shown beside its field, found by the same rules as in the services."""

import re
import unicodedata
from collections.abc import Iterable

from flask import request

from admin.shared.forms import Form
from brief_audio.domain.cover_picture import MOST_BYTES, read_cover
from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.shows import LONGEST_TAGLINE, LONGEST_TITLE, NewShow, check_zone
from brief_audio.domain.slugs import LONGEST_SLUG, check_slug
from brief_audio.http.sentences import sentence
from brief_audio.services.shows.editing import (
    FASTEST,
    LONGEST_ALT,
    LONGEST_PAUSE_MS,
    PAUSES,
    SLOWEST,
    ShowDetails,
    ShowSettings,
)

FIELDS = ("title", "tagline", "time_zone", "voice", "speed", *PAUSES, "failed_share", "version")
NEW_FIELDS = ("title", "slug", "tagline", "language", "time_zone", "voice")
PAUSE_NAMES = dict(
    zip(PAUSES, ("The opening pause", "The sentence pause", "The headline pause", "The item pause"), strict=True)
)
LONGEST_ZONE, LONGEST_LANGUAGE = 64, 35
_SPEED = re.compile(r"[0-9](?:\.[0-9]{1,3})?")


def show_values(show: ShowDetails) -> dict[str, str]:
    """Return the initial values of the form."""
    settings = show.settings
    return {
        "title": settings.title,
        "tagline": settings.tagline,
        "time_zone": settings.time_zone,
        "voice": settings.voice,
        "speed": f"{settings.speed:g}",
        **{name: str(getattr(settings, name)) for name in PAUSES},
        "failed_share": str(percent(settings.failed_share_limit)),
        "version": show.version,
    }


def percent(share: float) -> int:
    """Return a fraction as a whole percentage."""
    return round(share * 100)


def read_show(form: Form, show: ShowDetails, voices: Iterable[str]) -> ShowSettings | None:
    """Return the settings from a form; None if `form.problems` lists a mistake."""
    title = form.text("title", "The title", longest=LONGEST_TITLE)
    tagline = form.text("tagline", "The tagline", longest=LONGEST_TAGLINE, required=False)
    zone = _zone(form)
    voice = form.choice("voice", "The voice", voices)
    speed = _speed(form)
    pauses = {
        name: form.whole(name, label, least=0, most=LONGEST_PAUSE_MS, unit=" ms") for name, label in PAUSE_NAMES.items()
    }
    share = form.whole("failed_share", "The share of failed items", least=0, most=100, unit=" %")
    if not form.is_right:
        return None
    kept = show.settings.failed_share_limit  # a third is shown as 33 %; saving the form must not make it 0.33
    limit = kept if share == percent(kept) else share / 100
    return ShowSettings(title, tagline, zone, voice, speed, failed_share_limit=limit, **pauses)


def read_new_show(form: Form, voices: Iterable[str]) -> NewShow | None:
    """Return the new show from a form, with a slug made from its title if none is given; None if a field is wrong."""
    title = form.text("title", "The title", longest=LONGEST_TITLE)
    slug = form.text("slug", "The slug", longest=LONGEST_SLUG, required=False) or slug_of(title)
    tagline = form.text("tagline", "The tagline", longest=LONGEST_TAGLINE, required=False)
    language = form.text("language", "The language", longest=LONGEST_LANGUAGE)
    zone = _zone(form)
    voice = form.choice("voice", "The voice", voices)
    if "title" not in form.problems and "slug" not in form.problems:
        _check_slug(form, slug)
    new = NewShow(slug, title, zone, voice, language, tagline)
    return _checked(form, new) if form.is_right else None


def read_picture(form: Form, *, required: bool) -> bytes | None:
    """Return the image sent with a form; None if there is none or it can't be a cover."""
    sent = request.files.get("cover")
    content = b""
    if sent is not None:
        content = sent.read(MOST_BYTES + 1)
        sent.close()  # a large upload is a temporary file
    if not content:
        if required:
            form.refuse("cover", "Choose an image.")
        return None
    try:
        read_cover(content)
    except InvalidInputError as error:
        form.refuse("cover", sentence(error))
        return None
    return content


def read_alt(form: Form) -> str:
    """Return the alternative text of a cover."""
    return form.text("cover_alt", "The alternative text", longest=LONGEST_ALT)


def slug_of(title: str) -> str:
    """Return a slug made from a title: a-z and digits, without accents; it may be empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")


def _zone(form: Form) -> str:
    zone = form.text("time_zone", "The time zone", longest=LONGEST_ZONE)
    if "time_zone" not in form.problems:
        try:
            check_zone(zone)
        except InvalidInputError as error:
            form.refuse("time_zone", sentence(error))
    return zone


def _speed(form: Form) -> float:
    given = form.values["speed"].strip()
    if _SPEED.fullmatch(given) and SLOWEST <= float(given) <= FASTEST:
        return float(given)
    form.refuse("speed", f"The speed must be a number from {SLOWEST:g} to {FASTEST:g}, such as 1.05.")
    return 1.0


def _check_slug(form: Form, slug: str) -> None:
    try:
        check_slug(slug)
    except InvalidInputError as error:
        form.refuse(
            "slug",
            sentence(error) if slug else "No slug can be made from this title. Enter one, such as morning-brief.",
        )


def _checked(form: Form, new: NewShow) -> NewShow | None:
    try:
        return new.checked()
    except InvalidInputError as error:
        form.refuse("language" if "language" in str(error) else "title", sentence(error))
        return None
