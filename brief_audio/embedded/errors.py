"""The one error of this room."""


class EmbeddedServerError(Exception):
    """Read the message: it says why PostgreSQL cannot be used here, and what to do about it."""
