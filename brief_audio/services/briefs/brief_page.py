"""One brief with everything on its page, read in one transaction with at most eight queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from brief_audio.db.briefs import brief_page, briefs
from brief_audio.db.briefs.brief_page import RenditionRow
from brief_audio.db.models import AudioGenerationJob, Brief
from brief_audio.domain.brief_status import BriefStatus, status_of
from brief_audio.domain.errors import NotFoundError
from brief_audio.domain.jobs import RenditionState
from brief_audio.domain.re_recording import RenditionItem
from brief_audio.domain.work import LIVE_STATUSES, WorkStatus
from brief_audio.services.briefs import lookup
from brief_audio.services.briefs.editing import version_of
from brief_audio.services.briefs.item_rows import Items, items_of, parts_of_job, parts_of_rendition

RENDITIONS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class RunningJob:
    """The job that is making a rendition now."""

    id: int
    status: str
    requested_by: str
    created_at: datetime
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class BriefPageContent:
    """A brief; `compared` is the rendition that its items are compared with."""

    slug: str
    title: str
    show: str
    show_title: str
    show_voice: str
    time_zone: str
    local_date: date | None
    state: str
    standing: BriefStatus
    held_reason: str | None
    failed_reason: str | None
    version: str
    live_job: RunningJob | None
    items: Items
    renditions: tuple[RenditionRow, ...]
    current: RenditionRow | None
    compared: RenditionRow | None
    is_title_changed: bool

    @property
    def next_number(self) -> int:
        """Return the number of the next rendition."""
        return self.renditions[0].number + 1 if self.renditions else 1

    @property
    def is_changed(self) -> bool:
        """Return whether the brief has changed since the rendition that it is compared with."""
        return self.compared is not None and (self.is_title_changed or self.items.is_edited)

    @property
    def to_publish(self) -> RenditionRow | None:
        """Return the held rendition: the newest of a held brief, if it was never published."""
        newest = self.renditions[0] if self.renditions else None
        is_waiting = self.held_reason is not None and newest is not None and newest.state == RenditionState.STORED
        return newest if is_waiting else None

    @property
    def about_ms(self) -> int:
        """Return the estimated length of the next rendition; the measured length if nothing has changed."""
        if self.compared is not None and not self.items.to_speak and not self.items.is_edited:
            return self.compared.duration_ms
        return sum(row.duration_ms for row in self.items.rows)


def page(session: Session, slug: str) -> BriefPageContent:
    """Return a brief; raise `NotFoundError`."""
    brief = lookup.brief_by_slug(session, slug)
    kept = brief_page.renditions(session, brief.id, limit=RENDITIONS_SHOWN)
    current = _current(session, brief, kept)
    job = next(iter(brief_page.last_jobs(session, brief.id, limit=1)), None)
    compared = current or next(iter(kept), None)
    parts = _parts(session, compared, job)
    last_failed = job is not None and job.status == WorkStatus.FAILED
    live = job if job is not None and job.status in LIVE_STATUSES else None
    return BriefPageContent(
        slug=brief.slug,
        title=brief.title,
        show=brief.show.slug,
        show_title=brief.show.title,
        show_voice=brief.show.voice.name,
        time_zone=brief.show.time_zone,
        local_date=brief.local_date,
        state=brief.state,
        standing=status_of(
            brief.state,
            is_live=live is not None,
            is_held=brief.held_reason is not None,
            published_failed_items=current.failed_items if current else None,
            last_job_failed=last_failed,
        ),
        held_reason=brief.held_reason,
        failed_reason=job.error if job is not None and last_failed else None,
        version=version_of(brief),
        live_job=_live_job(live),
        items=items_of(session, brief, briefs.items(session, brief.id), parts),
        renditions=tuple(kept),
        current=current,
        compared=compared,
        is_title_changed=_is_title_changed(session, brief, compared),
    )


def rendition(session: Session, slug: str, number: int) -> RenditionRow:
    """Return one rendition of a brief, published or not; raise `NotFoundError`."""
    brief = lookup.brief_by_slug(session, slug)
    found = brief_page.rendition(session, brief.id, number)
    if found is None:
        raise NotFoundError("there is no such version")
    return found


def _current(session: Session, brief: Brief, kept: Sequence[RenditionRow]) -> RenditionRow | None:
    wanted = brief.current_rendition_id
    if wanted is None:
        return None
    shown = next((row for row in kept if row.id == wanted), None)
    return shown or brief_page.rendition_by_id(session, wanted)


def _parts(session: Session, compared: RenditionRow | None, job: AudioGenerationJob | None) -> list[RenditionItem]:
    if compared is not None:
        return parts_of_rendition(session, compared)
    return parts_of_job(session, job.id) if job is not None else []


def _is_title_changed(session: Session, brief: Brief, compared: RenditionRow | None) -> bool:
    made_as = brief_page.title_of_job(session, compared.job_id) if compared and compared.job_id else None
    return made_as is not None and made_as != brief.title


def _live_job(job: AudioGenerationJob | None) -> RunningJob | None:
    if job is None:
        return None
    return RunningJob(job.id, job.status, job.requested_by, job.created_at, job.cancel_requested)
