"""Check the properties of a new show."""

import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo, available_timezones

from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.slugs import check_slug
from brief_audio.domain.text.clean_text import clean_text

LONGEST_TITLE = 200
LONGEST_TAGLINE = 300
_OF_THE_MACHINE = frozenset({"localtime", "posixrules", "Factory"})  # files among the zones, different on each machine
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")  # the common part of BCP 47


@dataclass(frozen=True, slots=True)
class NewShow:
    """A show to be created; `voice` is a voice's name."""

    slug: str
    title: str
    time_zone: str
    voice: str
    language: str = "en-US"
    tagline: str = ""

    def checked(self) -> "NewShow":
        """Return the show with its texts cleaned; raise `InvalidInputError` for the first invalid property."""
        check_slug(self.slug)
        check_zone(self.time_zone)
        if not _LANGUAGE_TAG.fullmatch(self.language):
            raise InvalidInputError(f"{self.language!r} is not a language tag, such as en-US or de")
        title = _line(self.title, "title", LONGEST_TITLE)
        if not title:
            raise InvalidInputError("the title is empty")
        return replace(self, title=title, tagline=_line(self.tagline, "tagline", LONGEST_TAGLINE))


def check_zone(name: str) -> ZoneInfo:
    """Return the time zone with this name; raise `InvalidInputError` if the IANA database doesn't have it."""
    if name not in available_timezones() - _OF_THE_MACHINE:
        raise InvalidInputError(f"{name!r} is not a time zone in the IANA database, such as Europe/London")
    return ZoneInfo(name)


def _line(text: str, what: str, longest: int) -> str:
    cleaned = " ".join(clean_text(text, f"the {what}").split())
    if len(cleaned) > longest:
        raise InvalidInputError(f"the {what} has {len(cleaned):,} characters; at most {longest} are allowed")
    return cleaned
