"""The state of a brief, in one word, as lists show and filter it."""

from enum import StrEnum


class BriefStatus(StrEnum):
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
        return "Published with failed items" if self is BriefStatus.ERRORS else self.value.capitalize()

    @property
    def shape(self) -> str:
        """Return the state whose icon and colour it uses."""
        return "processing" if self is BriefStatus.GENERATING else self.value


def status_of(
    state: str, *, is_live: bool, is_held: bool, published_failed_items: int | None, last_job_failed: bool
) -> BriefStatus:
    """Return a brief's state; `published_failed_items` is None if nothing is published."""
    if is_live:
        return BriefStatus.GENERATING
    if is_held:
        return BriefStatus.HELD
    if published_failed_items is not None:
        return BriefStatus.ERRORS if published_failed_items else BriefStatus.PUBLISHED
    return BriefStatus.FAILED if last_job_failed else BriefStatus(state)
