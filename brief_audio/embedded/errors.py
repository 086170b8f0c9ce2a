"""The error this package raises."""


class EmbeddedServerError(Exception):
    """Raised if PostgreSQL can't be used here. The message says why and what to do."""
