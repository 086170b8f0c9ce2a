"""Slugs: the names of shows in addresses, in stored names and on the command line."""

import re

from brief_audio.domain.errors import InvalidInputError

LONGEST_SLUG = 63  # characters, as a label of a host name (RFC 1035, section 2.3.4)
LONGEST_BRIEF_SLUG = 100  # of a show's slug and a date, with room for what is to come
SLUG_RULE = f"lower-case a-z, 0-9 and single hyphens between them, at most {LONGEST_SLUG} characters"
TAKEN = frozenset({"new"})  # what the dashboard calls the form for one that is not there yet
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Whether `text` may name a show."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


def check_slug(text: str) -> str:
    """Return `text` if it may name a show, else raise `InvalidInputError`."""
    if not is_slug(text):
        raise InvalidInputError(f"{text[: LONGEST_SLUG + 1]!r} is not a slug: {SLUG_RULE}")
    if text in TAKEN:
        raise InvalidInputError(f"the slug {text!r} is taken by the dashboard itself: choose another")
    return text
