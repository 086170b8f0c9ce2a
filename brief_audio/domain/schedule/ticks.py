"""The states of past runs, and the kinds of overrides for future ones."""

from enum import StrEnum


class OverrideKind(StrEnum):
    """What was decided for a date."""

    SKIP = "skip"
    MOVE = "move"
    EXTRA = "extra"


class TickState(StrEnum):
    """What happened to a scheduled run. The first two can stay open until the catch-up window ends."""

    NO_BRIEF = "no brief"
    NOT_READY = "not ready"
    MADE = "made"  # its job was created
    JOINED = "joined"  # a job requested by someone else
    ALREADY_PUBLISHED = "already published"
    MISSED = "missed"  # nothing ran on time or within the catch-up window


WAITING = frozenset({TickState.NO_BRIEF, TickState.NOT_READY})
