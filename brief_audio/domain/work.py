"""Leased work of any kind: its states, its limits, and the wait after a failed attempt."""

import random
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

ERROR_LIMIT = 500
NOT_STORABLE = re.compile("[\0\ud800-\udfff]")  # UTF-8 can't encode lone surrogates, and PostgreSQL rejects NUL


class WorkStatus(StrEnum):
    """The states of one piece of work; the last three are final."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


LIVE_STATUSES = (WorkStatus.QUEUED, WorkStatus.PROCESSING)
FINAL_STATUSES = (WorkStatus.COMPLETED, WorkStatus.FAILED, WorkStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class WorkRules:
    """The limits of one kind of work; every lease is measured by the database's clock."""

    lease: timedelta = timedelta(seconds=60)
    heartbeat: timedelta = timedelta(seconds=15)
    rescue_every: timedelta = timedelta(seconds=10)
    attempt_limit: timedelta = timedelta(minutes=30)
    most_attempts: int = 5
    free_deaths: int = 2  # worker deaths after which the work is queued again without a wait
    backoff_first: timedelta = timedelta(seconds=15)
    backoff_longest: timedelta = timedelta(minutes=15)


def backoff(charged: int, rules: WorkRules, jitter: random.Random) -> timedelta:
    """Return how long to wait after failed attempt number `charged`: first · 2ⁿ, at most the longest, ± 20 %."""
    doubled: timedelta = rules.backoff_first * 2 ** (charged - 1)
    wait = min(doubled, rules.backoff_longest)
    return wait * jitter.uniform(0.8, 1.2)


def storable(message: str) -> str:
    """Return a message with U+FFFD in place of characters no database can store: errors may quote any bytes."""
    return NOT_STORABLE.sub("\ufffd", message)


def short_error(message: str) -> str:
    """Cut a message to 500 storable characters for a row; the full text goes to the log and the event."""
    message = storable(message)
    return message if len(message) <= ERROR_LIMIT else message[: ERROR_LIMIT - 1] + "…"
