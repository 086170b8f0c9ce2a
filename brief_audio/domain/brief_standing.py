"""Where a brief stands, in one word: what a list shows and filters by."""

from enum import StrEnum


class Standing(StrEnum):
    """How far a brief has come; the first that fits of: generating, held, what is published, failed, its own state."""

    DRAFT = "draft"
    READY = "ready"
    GENERATING = "generating"
    PUBLISHED = "published"
    ERRORS = "errors"
    HELD = "held"
    FAILED = "failed"

    @property
    def word(self) -> str:
        """Return what a person reads."""
        return "Published with failed items" if self is Standing.ERRORS else self.value.capitalize()

    @property
    def shape(self) -> str:
        """Return the state whose shape and colour it has."""
        return "processing" if self is Standing.GENERATING else self.value


def standing_of(
    state: str, *, is_live: bool, is_held: bool, published_failed_items: int | None, last_job_failed: bool
) -> Standing:
    """Return where a brief stands; `published_failed_items` is None while nothing is published."""
    if is_live:
        return Standing.GENERATING
    if is_held:
        return Standing.HELD
    if published_failed_items is not None:
        return Standing.ERRORS if published_failed_items else Standing.PUBLISHED
    return Standing.FAILED if last_job_failed else Standing(state)
