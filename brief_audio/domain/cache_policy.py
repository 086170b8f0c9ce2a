"""How long caches may keep an answer: the same whether this site sends a stored object or the bucket does.

A redirect to the bucket and a refusal are `NOT_KEPT`; the dashboard's own copy of a file is `ASKED_AGAIN`.
"""

IMMUTABLE = "public, max-age=31536000, immutable"  # the name never stands for other bytes, so no cache need ask again
PRIVATE = "private"  # of objects that listeners never get
ASKED_AGAIN = "private, no-cache"  # for that browser only, which must check access each time
NOT_KEPT = "no-store"


def of_object(name: str) -> str:
    """Return the `Cache-Control` of a stored object by its name: those of an edition begin with `shows/`."""
    return IMMUTABLE if name.startswith("shows/") else PRIVATE
