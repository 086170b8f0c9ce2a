"""Lists of briefs, paged by key (never by offset), with the facts each row shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload

from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Item, Rendition
from brief_audio.domain.brief_status import BriefStatus
from brief_audio.domain.work import LIVE_STATUSES, WorkStatus

NEWEST_FIRST = (Brief.local_date.desc().nulls_last(), Brief.id.desc())  # same order as the index


@dataclass(frozen=True, slots=True)
class BriefKey:
    """A brief's position in lists."""

    local_date: date | None
    brief_id: int


@dataclass(frozen=True, slots=True)
class BriefFilter:
    """The filters of a list."""

    show_id: int | None = None
    standing: BriefStatus | None = None


@dataclass(frozen=True, slots=True)
class CurrentRendition:
    """What a row shows of the published rendition."""

    rendition_id: int
    number: int
    duration_ms: int
    failed_items: int
    published_at: datetime | None


def page(session: Session, wanted: BriefFilter, *, after: BriefKey | None, limit: int) -> list[Brief]:
    """Return at most `limit` briefs with their shows, newest first and those without a date last."""
    found: list[Brief] = []
    if after is None or after.local_date is not None:
        found = _page(session, wanted, _dated_after(after), limit)
    if len(found) < limit:
        undated: ColumnElement[bool] = Brief.local_date.is_(None)
        if after is not None and after.local_date is None:
            undated = and_(undated, Brief.id < after.brief_id)
        found += _page(session, wanted, undated, limit - len(found))
    return found


def month(session: Session, show_id: int, first: date, last: date) -> list[Brief]:
    """Return a show's briefs between two dates, both included."""
    found = select(Brief).options(joinedload(Brief.show))
    return list(session.execute(found.where(Brief.show_id == show_id, Brief.local_date.between(first, last))).scalars())


def currents(session: Session, rendition_ids: Sequence[int]) -> dict[int, CurrentRendition]:
    """Return published renditions by ID, without loading their contents."""
    columns = (Rendition.id, Rendition.number, Rendition.duration_ms, Rendition.failed_items, Rendition.published_at)
    found = select(*columns).where(Rendition.id.in_(rendition_ids))
    return {row.id: CurrentRendition(*row) for row in session.execute(found)}


def item_counts(session: Session, brief_ids: Sequence[int]) -> dict[int, int]:
    """Return the number of items in each of these briefs; briefs without items are left out."""
    found = select(Item.brief_id, func.count().label("items")).group_by(Item.brief_id)
    found = found.where(Item.brief_id.in_(brief_ids))
    return {row.brief_id: row.items for row in session.execute(found)}


def any_brief(session: Session) -> bool:
    """Return whether any brief exists."""
    return bool(session.execute(select(select(Brief.id).exists())).scalar())


def _page(session: Session, wanted: BriefFilter, within: ColumnElement[bool], limit: int) -> list[Brief]:
    found: Select[Brief] = select(Brief).options(joinedload(Brief.show)).where(within)
    if wanted.show_id is not None:
        found = found.where(Brief.show_id == wanted.show_id)
    if wanted.standing is not None:
        found = found.where(_stands(wanted.standing))
    return list(session.execute(found.order_by(*NEWEST_FIRST).limit(limit)).scalars())


def _dated_after(after: BriefKey | None) -> ColumnElement[bool]:
    if after is None:
        return Brief.local_date.is_not(None)
    key: Any = tuple_(Brief.local_date, Brief.id)
    found: ColumnElement[bool] = key < tuple_(after.local_date, after.brief_id)
    return found


def _stands(standing: BriefStatus) -> ColumnElement[bool]:
    """Return the SQL condition that matches what `status_of` decides for one brief."""
    live = exists().where(Job.brief_id == Brief.id, Job.status.in_(LIVE_STATUSES))
    if standing is BriefStatus.GENERATING:
        return live
    held = Brief.held_reason.is_not(None)
    if standing is BriefStatus.HELD:
        return and_(held, ~live)
    if standing in {BriefStatus.PUBLISHED, BriefStatus.ERRORS}:
        on_air = exists().where(Rendition.id == Brief.current_rendition_id, _has_failed(standing))
        return and_(~held, ~live, on_air)
    nothing_made = and_(~held, Brief.current_rendition_id.is_(None), ~live)
    if standing is BriefStatus.FAILED:
        return and_(nothing_made, _last_job_failed())
    return and_(nothing_made, Brief.state == standing.value, ~_last_job_failed())


def _has_failed(standing: BriefStatus) -> ColumnElement[bool]:
    return Rendition.failed_items > 0 if standing is BriefStatus.ERRORS else Rendition.failed_items == 0


def _last_job_failed() -> ColumnElement[bool]:
    newer = aliased(Job)
    is_newest = ~exists().where(newer.brief_id == Job.brief_id, newer.id > Job.id)
    return exists().where(Job.brief_id == Brief.id, Job.status == WorkStatus.FAILED, is_newest)
