"""Add and edit shows. A change to a show that has changed since its form was opened is refused."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from brief_audio.db import events, rows, shows
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Show
from brief_audio.domain.errors import ChangedMeanwhileError, InvalidInputError, NotFoundError
from brief_audio.domain.shows import NewShow
from brief_audio.domain.slugs import is_slug
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.mastering.cover_image import clean_cover
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.operations.scratch import work_folder
from brief_audio.services.shows.cover import store_cover
from brief_audio.services.shows.shows import ShowLine, add_show
from brief_audio.storage.base import AudioStore

SLOWEST, FASTEST = 0.5, 2.0
LONGEST_PAUSE_MS = 10_000
LONGEST_ALT = 500
PAUSES = ("opening_pause_ms", "sentence_pause_ms", "headline_pause_ms", "item_pause_ms")


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """The editable settings of a show; pauses are in milliseconds, the limit is from 0 to 1, `voice` is a name."""

    title: str
    tagline: str
    time_zone: str
    voice: str
    speed: float
    opening_pause_ms: int
    sentence_pause_ms: int
    headline_pause_ms: int
    item_pause_ms: int
    failed_share_limit: float


@dataclass(frozen=True, slots=True)
class ShowDetails:
    """A show with everything on its page; `version` changes with every edit."""

    slug: str
    language: str
    settings: ShowSettings
    cover_object: str | None
    cover_alt: str
    version: str


def show_details(session: Session, slug: str) -> ShowDetails:
    """Return a show; raise `NotFoundError`."""
    return _whole(_found(shows.find_show(session, slug) if is_slug(slug) else None, slug))


def add(session: Session, new: NewShow, *, by: SignedIn) -> ShowLine:
    """Add a show; raise the same errors as `shows.add_show`."""
    actor = require_role(by, Operation.MANAGE_SHOWS)
    made = add_show(session, new)
    events.record(session, actor, "show.added", message=made.slug)
    return made


def edit(session: Session, slug: str, wanted: ShowSettings, *, version: str, by: SignedIn) -> frozenset[str]:
    """Save a show's form; return the names of the settings that changed.

    Raise `InvalidInputError` for invalid settings, `NotFoundError` for an unknown show or voice, and
    `ChangedMeanwhileError` if the show is no longer at the `version` of the form.
    """
    actor = require_role(by, Operation.MANAGE_SHOWS)
    show = _locked(session, slug)
    columns = _columns(session, show, wanted)
    changed = {name: value for name, value in columns.items() if getattr(show, name) != value}
    _write(session, show, changed, version, actor)
    return frozenset("voice" if name == "voice_id" else name for name in changed)


def set_cover(
    db: Database,
    store: AudioStore,
    scratch: Path,
    slug: str,
    content: bytes | None,
    alt: str,
    *,
    version: str,
    by: SignedIn,
) -> bool:
    """Change a show's cover, or only its alternative text if `content` is None; return whether anything changed.

    Only the pixels of the picture are kept. It is decoded and stored between two transactions, because both may be
    slow. Raise the same errors as `edit`.
    """
    actor = require_role(by, Operation.MANAGE_SHOWS)
    described = " ".join(clean_text(alt, "the alternative text").split())
    if not 1 <= len(described) <= LONGEST_ALT:
        raise InvalidInputError(f"the alternative text must have 1 to {LONGEST_ALT} characters")
    with db.transaction() as session:
        before = show_details(session, slug)
    name = before.cover_object if content is None else _store_picture(store, scratch, slug, content)
    with db.transaction() as session:
        show = _locked(session, slug)
        wanted = {"cover_object": name, "cover_alt": described}
        changed = {column: value for column, value in wanted.items() if getattr(show, column) != value}
        _write(session, show, changed, version, actor)
    return bool(changed)


def _store_picture(store: AudioStore, scratch: Path, slug: str, content: bytes) -> str:
    with work_folder(scratch, "cover") as folder:
        cover = clean_cover(content, folder)
        file = folder / f"cover.{cover.suffix}"
        file.write_bytes(cover.content)
        return store_cover(store, slug, file)


def _columns(session: Session, show: Show, wanted: ShowSettings) -> dict[str, object]:
    new = NewShow(show.slug, wanted.title, wanted.time_zone, wanted.voice, show.language, wanted.tagline).checked()
    voice = shows.find_voice(session, wanted.voice)
    if voice is None:
        raise NotFoundError(f"there is no voice {wanted.voice!r}", code="no_such_voice")
    if not SLOWEST <= wanted.speed <= FASTEST:
        raise InvalidInputError(f"the speed must be from {SLOWEST} to {FASTEST}")
    if not 0 <= wanted.failed_share_limit <= 1:
        raise InvalidInputError("the share of failed items must be from 0 to 100 %")
    pauses = {name: getattr(wanted, name) for name in PAUSES}
    if not all(0 <= pause <= LONGEST_PAUSE_MS for pause in pauses.values()):
        raise InvalidInputError(f"a pause must be from 0 to {LONGEST_PAUSE_MS} ms")
    return pauses | {
        "title": new.title,
        "tagline": new.tagline,
        "time_zone": new.time_zone,
        "voice_id": voice.id,
        "speed": wanted.speed,
        "failed_share_limit": wanted.failed_share_limit,
    }


def _write(session: Session, show: Show, changed: Mapping[str, object], version: str, actor: str) -> None:
    if not changed:
        return  # the same form was sent twice
    if version != _version(show):
        raise ChangedMeanwhileError(
            "this show has changed since you opened it: check the current settings, then save again"
        )
    for name, value in changed.items():
        setattr(show, name, value)
    events.record(session, actor, "show.edited", message=show.slug, detail={"changed": sorted(changed)})
    rows.save(session)


def _locked(session: Session, slug: str) -> Show:
    return _found(shows.find_show(session, slug, for_update=True) if is_slug(slug) else None, slug)


def _found(show: Show | None, slug: str) -> Show:
    if show is None:
        raise NotFoundError(f"there is no show {slug!r}", code="no_such_show", facts={"show": slug})
    return show


def _whole(show: Show) -> ShowDetails:
    names = [name for name in ShowSettings.__dataclass_fields__ if name != "voice"]
    settings = ShowSettings(voice=show.voice.name, **{name: getattr(show, name) for name in names})
    return ShowDetails(show.slug, show.language, settings, show.cover_object, show.cover_alt, _version(show))


def _version(show: Show) -> str:
    kept = [(column.key, getattr(show, column.key)) for column in show.__table__.columns]
    return hashlib.sha256(repr(kept).encode()).hexdigest()[:16]
