"""Safe links back to the page a form was on: only paths on this site."""

from urllib.parse import urlsplit

from flask import request

FIELD = "back"
LONGEST = 2_000


def local_path(wanted: str | None, otherwise: str) -> str:
    """Return `wanted` if it is a path on this site, else `otherwise`; this prevents open redirects."""
    if not wanted or len(wanted) > LONGEST or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    if not wanted.isprintable() or "\\" in wanted:
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc else wanted


def current_path() -> str:
    """Return the current page's path, for a form to send as its way back."""
    return request.full_path.removesuffix("?")
