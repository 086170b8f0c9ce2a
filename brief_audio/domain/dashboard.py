"""What the dashboard tells apart."""

from enum import StrEnum


class ErrorSource(StrEnum):
    """Where an error was met."""

    WORKER = "worker"
    STORE = "store"
    HTTP = "http"
