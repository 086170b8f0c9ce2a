"""Rows for tests to begin with: one line per thing, its usual values filled in, those that matter to a test given.

Each takes the session first, adds the row with what it needs, and returns it flushed, so that it has its number.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from brief_audio.db.making import enqueueing
from brief_audio.db.models import (
    AudioGenerationJob,
    Base,
    Brief,
    Item,
    Preview,
    Rendition,
    Schedule,
    ScheduleOverride,
    Show,
    User,
    Voice,
)
from brief_audio.domain.accounts import Role
from brief_audio.domain.jobs import NarrationState, RenditionState
from brief_audio.domain.object_names import RenditionNames, rendition_names
from brief_audio.domain.rendition_contents import RenditionContents
from brief_audio.domain.schedule.ticks import OverrideKind

FRIDAY = date(2026, 3, 20)
PASSWORD = "correct horse battery staple"
SHA256 = "5" * 64
NOTHING = RenditionContents((), ())
Row = TypeVar("Row", bound=Base)


def voice(session: Session, name: str = "joe", **given: object) -> Voice:
    """Return the voice of that name, made where there is none."""
    usual = {"engine": "coqui", "language": "en-US", "rate_hz": 22_050, "licence": "CC0", "descends_from": "-"}
    found = session.query(Voice).filter_by(name=name).one_or_none()
    return found or _added(session, Voice(**{"name": name, "is_verified": True} | usual | given))


def show(session: Session, slug: str = "morning-brief", **given: object) -> Show:
    """Return a new show whose voice is joe."""
    usual = {"title": slug.replace("-", " ").title(), "language": "en", "time_zone": "Europe/Berlin"}
    if "voice_id" not in given:
        given = {"voice": voice(session)} | given
    return _added(session, Show(**{"slug": slug} | usual | given))


def brief(session: Session, show_id: int, day: date | None = FRIDAY, *, items: int = 0, **given: object) -> Brief:
    """Return a new brief that is ready, with `items` items; without a day it is a text by itself."""
    usual: dict[str, object] = {"title": "News", "state": "ready", "local_date": day}
    if day is None:
        usual |= {"kind": "text"}
    if "slug" not in given:
        usual |= {"slug": f"{session.get_one(Show, show_id).slug}-{day}"}
    made = _added(session, Brief(**{"show_id": show_id} | usual | given))
    for position in range(1, items + 1):
        item(session, made.id, position)
    return made


def item(session: Session, brief_id: int, position: int = 1, **given: object) -> Item:
    """Return a new item of a brief."""
    usual = {"headline": f"Item {position}", "body": "Words."}
    return _added(session, Item(**{"brief_id": brief_id, "position": position} | usual | given))


def job(session: Session, made: Brief, **given: object) -> AudioGenerationJob:
    """Return a new job of a brief, without any item's part in it; `queued` makes one as the product does."""
    usual = {"brief_title": made.title, "requested_by": "tests"}
    return _added(session, AudioGenerationJob(**{"brief_id": made.id} | usual | given))


def queued(session: Session, made: Brief, **given: object) -> AudioGenerationJob:
    """Return a brief's job as the product queues it, with a copy of every item."""
    asked = enqueueing.enqueue(session, made, **{"requested_by": "tests"} | given)
    return session.get_one(AudioGenerationJob, asked.job_id)


def rendition(
    session: Session, made: Brief, number: int = 1, *, contents: RenditionContents = NOTHING, **given: object
) -> Rendition:
    """Return a new rendition of a brief; one that is published, as it is by default, is the brief's current one."""
    at = datetime.combine(made.local_date or FRIDAY, time(5, 3), UTC)
    usual = _measured(contents) | _named(session, made, number, str(given.get("sha256", SHA256)))
    usual |= {"created_at": at - timedelta(seconds=30), "published_at": at}
    row = _added(session, Rendition(**{"brief_id": made.id, "number": number} | usual | given))
    if row.state == RenditionState.PUBLISHED:
        made.current_rendition_id = row.id
        session.flush()
    return row


def names_of(made: Rendition) -> RenditionNames:
    """Return the names of a rendition's files."""
    return RenditionNames(made.audio_object, made.captions_object, made.chapters_object, made.manifest_object)


def _named(session: Session, made: Brief, number: int, sha256: str) -> dict[str, object]:
    show_slug = session.get_one(Show, made.show_id).slug
    names = rendition_names(
        show_slug=show_slug, brief_id=made.id, number=number, job_id=made.id, attempt=1, sha256=sha256
    )
    return {
        "sha256": sha256,
        "audio_object": names.audio,
        "captions_object": names.captions,
        "chapters_object": names.chapters,
        "manifest_object": names.manifest,
    }


def _measured(contents: RenditionContents) -> dict[str, object]:
    failed = sum(told.state is NarrationState.FAILED for told in contents.items)
    return {
        "state": RenditionState.PUBLISHED,
        "size_bytes": 10_000,
        "captions_bytes": 100,
        "chapters_bytes": 100,
        "manifest_bytes": 100,
        "duration_ms": 20_000,
        "loudness_lufs": -16.0,
        "true_peak_dbtp": -1.4,
        "item_count": len(contents.items),
        "failed_items": failed,
        "voices": ("joe",),
        "inputs_sha256": "0" * 64,
        "contents": contents.to_json(),
    }


def schedule(session: Session, show_id: int, cron: str = "30 5 * * *", **given: object) -> Schedule:
    """Return a new schedule of a show, by UTC."""
    return _added(session, Schedule(**{"show_id": show_id, "cron": cron, "time_zone": "UTC"} | given))


def skipped(session: Session, schedule_id: int, first: date, last: date | None = None) -> ScheduleOverride:
    """Return what was decided for dates that a schedule skips."""
    row = ScheduleOverride(
        schedule_id=schedule_id, kind=OverrideKind.SKIP, first_date=first, last_date=last or first, local_time=None
    )
    return _added(session, row)


def preview(session: Session, show_id: int, **given: object) -> Preview:
    """Return a new preview of a text that is no item's."""
    usual = {"headline": "Item 1", "body": "Words.", "voice": "joe", "requested_by": "tests"}
    return _added(session, Preview(**{"show_id": show_id} | usual | given))


def user(session: Session, role: Role = Role.ADMIN, email: str | None = None, **given: object) -> User:
    """Return a new user who signs in with `PASSWORD`."""
    usual = {"email": email or f"{role}@example.org", "name": f"The {role}", "created_by": "tests"}
    return _added(session, User(**{"role": role, "password_hash": password_hash()} | usual | given))


@cache
def password_hash(password: str = PASSWORD) -> str:
    """Return a hash of a password that costs a millisecond to compare with: a hash itself says what it costs.

    The product's own cost a fifth of a second each, which is their point; most tests only need a signed-in user.
    """
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
