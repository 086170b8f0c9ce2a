"""The columns of leased work, shared by the tables of all kinds so that one set of operations serves them.

We have our own queue because a row of work must commit together with its cause and its effects (a scheduled run's tick,
a rendition, an event), and only the database that stores those can guarantee that. For work without this need, use a
library instead.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from brief_audio.db.models.base import created_at, one_of
from brief_audio.domain.work import ERROR_LIMIT, FINAL_STATUSES, LIVE_STATUSES, WorkStatus


def _listed(statuses: tuple[WorkStatus, ...]) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


LIVE = text(f"status IN ({_listed(LIVE_STATUSES)})")
QUEUED = text(f"status = '{WorkStatus.QUEUED}'")
PROCESSING = text(f"status = '{WorkStatus.PROCESSING}'")


class Leased:
    """One piece of work: queued, claimed by one worker for the length of a lease, and ended once.

    `attempt` is the fence: it only grows, and every write by a worker must match it.
    """

    status: Mapped[str] = mapped_column(String(20), server_default=WorkStatus.QUEUED)
    priority: Mapped[int] = mapped_column(server_default="100")  # lower numbers go first
    run_after: Mapped[datetime] = mapped_column(server_default=func.now())
    attempt: Mapped[int] = mapped_column(server_default="0")
    charged: Mapped[int] = mapped_column(server_default="0")  # attempts that count towards the limit
    claimed_by: Mapped[str | None] = mapped_column(String(200))
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(server_default="false")
    requested_by: Mapped[str] = mapped_column(String(254))
    progress: Mapped[int] = mapped_column(server_default="0")  # percent
    error: Mapped[str | None] = mapped_column(String(ERROR_LIMIT))
    created_at: Mapped[datetime] = created_at()
    finished_at: Mapped[datetime | None]


def leased(table: str) -> tuple[CheckConstraint | Index, ...]:
    """Return the constraints and indexes that a table of leased work needs."""
    return (
        one_of("status", WorkStatus),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_range"),
        CheckConstraint("charged BETWEEN 0 AND attempt", name="charged_within_attempt"),
        CheckConstraint("(status = 'processing') = (lease_until IS NOT NULL)", name="lease_while_processing"),
        CheckConstraint(
            f"(status IN ({_listed(FINAL_STATUSES)})) = (finished_at IS NOT NULL)", name="finished_when_final"
        ),
        Index(f"ix_{table}_next", "priority", "run_after", "id", postgresql_where=QUEUED),
        # Not on lease_until: a heartbeat then changes no indexed column, so it leaves no dead index entries.
        Index(f"ix_{table}_in_hand", "id", postgresql_where=PROCESSING),
        Index(f"ix_{table}_status", "status", "id"),
    )
