"""Make new briefs: written, pasted, uploaded, or copied from the show's previous brief."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import events, rows, shows
from brief_audio.db.briefs import briefs, items
from brief_audio.db.models import Brief, Item, Show
from brief_audio.domain.brief_file import BriefDraft
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.domain.jobs import BriefState
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs.editing import version_of
from brief_audio.services.briefs.import_brief import Imported, import_brief


@dataclass(frozen=True, slots=True)
class ExistingBrief:
    """The brief that a show already has for a date; `version` changes with every edit."""

    slug: str
    title: str
    version: str


def brief_on_date(session: Session, show: str, local_date: date) -> ExistingBrief | None:
    """Return the show's existing brief for that date, if there is one."""
    found = briefs.find_by_date(session, show, local_date)
    return ExistingBrief(found.slug, found.title, version_of(found)) if found else None


def first_free(session: Session, show: str, today: date) -> date:
    """Return the first date without a brief in the next 60 days, starting today; today if there is no such date."""
    days = [today + timedelta(days=ahead) for ahead in range(60)]
    taken = briefs.dates_between(session, show, days[0], days[-1])
    return next((day for day in days if day not in taken), today)


def bring_in(session: Session, by: SignedIn, draft: BriefDraft, *, replaces: str | None, as_draft: bool) -> Imported:
    """Store a brief; `replaces` is the version of the existing brief that it may replace.

    Raise `ConflictError` if the date has another brief or a newer version of it, `InvalidInputError` for an unknown
    show, and `NotFoundError` for an unknown voice.
    """
    actor = require_role(by, Operation.WRITE_BRIEFS)
    show = _show(session, draft.show)
    shows.lock(session, show.id)
    there = brief_on_date(session, show.slug, draft.local_date)
    if there is not None and replaces is not None and there.version != replaces:
        raise ConflictError("That brief has changed since you looked at it. Check it again before you replace it.")
    return import_brief(session, draft, replace=replaces is not None, as_draft=as_draft, actor=actor)


def duplicate(session: Session, by: SignedIn, show_slug: str, local_date: date) -> str:
    """Make a draft as a copy of the show's newest brief before that date; return its slug.

    The items keep their takes, so unchanged items are reused. Raise `ConflictError` if the show has a brief for that
    date, and `InvalidInputError` if it has no earlier one.
    """
    actor = require_role(by, Operation.WRITE_BRIEFS)
    show = _show(session, show_slug)
    shows.lock(session, show.id)
    if brief_on_date(session, show.slug, local_date) is not None:
        raise ConflictError(f"{show.title} already has a brief for that date.")
    source = briefs.newest_before(session, show.id, local_date)
    if source is None:
        raise InvalidInputError(f"{show.title} has no earlier brief to copy. Write one, or paste a text.")
    made = _copied(session, show, source, local_date)
    events.record(session, actor, "brief.duplicated", brief_id=made.id, message=made.slug, detail={"from": source.slug})
    return made.slug


def _copied(session: Session, show: Show, source: Brief, local_date: date) -> Brief:
    made = Brief(
        show_id=show.id,
        slug=f"{show.slug}-{local_date.isoformat()}",
        local_date=local_date,
        title=source.title,
        state=BriefState.DRAFT,
    )
    rows.add(session, made)
    rows.add_all(session, (_copy_of(item, made.id) for item in briefs.items(session, source.id)))
    items.touch(session, made)
    return made


def _copy_of(item: Item, brief_id: int) -> Item:
    return Item(
        brief_id=brief_id,
        position=item.position,
        headline=item.headline,
        body=item.body,
        source_url=item.source_url,
        voice_id=item.voice_id,
        take=item.take,
    )


def _show(session: Session, slug: str) -> Show:
    found = shows.find_show(session, slug)
    if found is None:
        raise InvalidInputError(f"There is no show {slug!r}. The shows are: {', '.join(shows.show_slugs(session))}.")
    return found
