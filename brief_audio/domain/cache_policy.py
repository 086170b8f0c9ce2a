"""How long caches may keep an answer: the same whether this site sends a stored object or the bucket does."""

IMMUTABLE = "public, max-age=31536000, immutable"  # what the name says can never change, so nobody asks again
PRIVATE = "private"  # listeners are never sent there
ASKED_AGAIN = "private, no-cache"  # that browser's alone, which asks each time whether it may still have it
NOT_KEPT = "no-store"


def of_object(name: str) -> str:
    """Return the `Cache-Control` of a stored object, by its name."""
    return IMMUTABLE if name.startswith("shows/") else PRIVATE
