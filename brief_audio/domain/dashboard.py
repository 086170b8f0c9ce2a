"""The states of what the dashboard keeps for itself."""

from enum import StrEnum


class ErrorSource(StrEnum):
    """Where an error was met."""

    WORKER = "worker"
    STORE = "store"
    HTTP = "http"


class HearingState(StrEnum):
    """One text on its way to an editor's ear; the last two are final."""

    QUEUED = "queued"
    SPEAKING = "speaking"
    SPOKEN = "spoken"
    FAILED = "failed"
