"""What somebody says of a show that is to be, and what of it cannot stand."""

import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo, available_timezones

from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.slugs import check_slug
from brief_audio.domain.text.cleaning import clean_text

LONGEST_TITLE = 200
LONGEST_TAGLINE = 300
_OF_THE_MACHINE = frozenset({"localtime", "posixrules", "Factory"})  # files beside the zones: each machine's own hour
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")  # the common part of BCP 47


@dataclass(frozen=True, slots=True)
class NewShow:
    """A show as it is asked for; `voice` is a voice's name."""

    slug: str
    title: str
    time_zone: str
    voice: str
    language: str = "en-US"
    tagline: str = ""

    def checked(self) -> "NewShow":
        """Return it with its texts cleaned; raise `InvalidInputError` for the first thing that cannot stand."""
        check_slug(self.slug)
        check_zone(self.time_zone)
        if not _LANGUAGE_TAG.fullmatch(self.language):
            raise InvalidInputError(f"{self.language!r} is no language tag, such as en-US or de")
        title = _line(self.title, "title", LONGEST_TITLE)
        if not title:
            raise InvalidInputError("the title is empty")
        return replace(self, title=title, tagline=_line(self.tagline, "tagline", LONGEST_TAGLINE))


def check_zone(name: str) -> ZoneInfo:
    """Return the time zone of that name; raise `InvalidInputError` where the IANA database has none."""
    if name not in available_timezones() - _OF_THE_MACHINE:
        raise InvalidInputError(f"{name!r} is no time zone of the IANA database, such as Europe/London")
    return ZoneInfo(name)


def _line(text: str, what: str, longest: int) -> str:
    cleaned = " ".join(clean_text(text, f"the {what}").split())
    if len(cleaned) > longest:
        raise InvalidInputError(f"the {what} has {len(cleaned):,} characters; at most {longest} are allowed")
    return cleaned
