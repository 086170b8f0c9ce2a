"""The error list: one line for each group of repeated errors, the most recent first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db.models import ErrorGroup
from brief_audio.db.operations import error_groups
from brief_audio.domain.errors import ErrorSource

PAGE = 30
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One group of repeated errors; `sample` is the latest one, with its stack trace."""

    id: int
    source: ErrorSource
    title: str
    sample: str
    place: str
    number: str
    job_id: int | None
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """A page of error groups, the number of groups of each source, and where the next page begins."""

    lines: tuple[ErrorLine, ...]
    counts: dict[str, int]
    older: tuple[datetime, int] | None


def page(session: Session, *, source: ErrorSource | None, before: tuple[datetime, int] | None) -> ErrorPage:
    """Return a page of error groups, the most recent first."""
    found = error_groups.newest(session, most=PAGE + 1, source=source, before=before)
    lines = tuple(_line(group) for group in found[:PAGE])
    older = (lines[-1].last_at, lines[-1].id) if len(found) > PAGE else None
    return ErrorPage(lines, error_groups.count_by_source(session, most=MOST_COUNTED), older)


def _line(group: ErrorGroup) -> ErrorLine:
    return ErrorLine(
        id=group.id,
        source=ErrorSource(group.source),
        title=group.title,
        sample=group.sample,
        place=group.place,
        number=group.number,
        job_id=group.job_id,
        count=group.count,
        first_at=group.first_at,
        last_at=group.last_at,
    )
