"""Back to where a form stood: a path of this site, and nothing else."""

from urllib.parse import urlsplit

from flask import request

FIELD = "back"
LONGEST = 2_000


def own_path(wanted: str | None, otherwise: str) -> str:
    """Return `wanted` where it is a path of ours, else `otherwise`: a form must never send anybody elsewhere."""
    if not wanted or len(wanted) > LONGEST or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    if not wanted.isprintable() or "\\" in wanted:
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc else wanted


def here() -> str:
    """Return the path of the page that is shown, as a form on it names where to come back to."""
    return request.full_path.removesuffix("?")
