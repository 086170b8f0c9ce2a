"""The state of a brief, in one word, as lists show and filter it."""

from enum import StrEnum


class Standing(StrEnum):
    """A brief's state: the first that applies of generating, held, what is published, failed, and its own state."""

    DRAFT = "draft"
    READY = "ready"
    GENERATING = "generating"
    PUBLISHED = "published"
    ERRORS = "errors"
    HELD = "held"
    FAILED = "failed"

    @property
    def word(self) -> str:
        """Return the word that a person reads."""
        return "Published with failed items" if self is Standing.ERRORS else self.value.capitalize()

    @property
    def shape(self) -> str:
        """Return the state whose icon and colour it uses."""
        return "processing" if self is Standing.GENERATING else self.value


def standing_of(
    state: str, *, is_live: bool, is_held: bool, published_failed_items: int | None, last_job_failed: bool
) -> Standing:
    """Return a brief's state; `published_failed_items` is None if nothing is published."""
    if is_live:
        return Standing.GENERATING
    if is_held:
        return Standing.HELD
    if published_failed_items is not None:
        return Standing.ERRORS if published_failed_items else Standing.PUBLISHED
    return Standing.FAILED if last_job_failed else Standing(state)
