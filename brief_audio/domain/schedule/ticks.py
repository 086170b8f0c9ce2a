"""The words for nights that came, and for overrides about nights to come."""

from enum import StrEnum


class OverrideKind(StrEnum):
    """What was decided for a date."""

    SKIP = "skip"
    MOVE = "move"
    EXTRA = "extra"


class TickState(StrEnum):
    """What became of a night. The first two may stay open until the catch-up window ends."""

    NO_BRIEF = "no brief"
    NOT_READY = "not ready"
    MADE = "made"  # its job
    JOINED = "joined"  # a job that somebody else had asked for
    ALREADY_PUBLISHED = "already published"
    MISSED = "missed"  # nothing ran at the time, nor in its catch-up window


WAITING = frozenset({TickState.NO_BRIEF, TickState.NOT_READY})
