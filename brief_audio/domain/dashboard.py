"""Kinds that the dashboard distinguishes."""

from enum import StrEnum


class ErrorSource(StrEnum):
    """Where an error occurred."""

    WORKER = "worker"
    STORE = "store"
    HTTP = "http"
