"""What the listeners' pages show: the front page and one edition."""

from dataclasses import dataclass
from datetime import date

from brief_audio.db import listening
from brief_audio.db.connection.engine import Database
from brief_audio.db.listening import Edition, Making, ShowCard
from brief_audio.domain.errors import NotFoundError, ObjectMissingError
from brief_audio.domain.rendition_contents import RenditionContents
from brief_audio.services.listening.stored_files import StoredFile
from brief_audio.storage.base import AudioStore

EDITIONS_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class FrontPage:
    """Editions, newest first; `contents` are those of the first, and `older_before` is where the next page begins.

    `show` is set if there is only one show; `making` is only looked up while nothing is published.
    """

    show: ShowCard | None
    editions: tuple[Edition, ...]
    contents: RenditionContents | None
    older_before: date | None
    making: Making | None


@dataclass(frozen=True, slots=True)
class EditionPage:
    """One edition with its contents."""

    edition: Edition
    contents: RenditionContents
    is_sole_show: bool


def front_page(db: Database, *, before: date | None = None) -> FrontPage:
    """Return the newest editions before `before`; the first page includes the contents of its newest edition."""
    with db.transaction() as session:
        editions = listening.daily_editions(session, before=before, at_least=EDITIONS_ON_A_PAGE)
        last = editions[-1].local_date if editions else None
        older = last is not None and listening.has_daily_edition(session, before=last)
        kept = listening.kept_contents(session, editions[0].rendition_id) if editions and before is None else None
        return FrontPage(
            show=listening.sole_show(session),
            editions=tuple(editions),
            contents=RenditionContents.from_json(kept) if kept else None,
            older_before=last if older else None,
            making=None if editions or before else listening.making(session),
        )


def brief_page(db: Database, slug: str) -> EditionPage:
    """Return the edition of a brief; raise `NotFoundError` if none is published."""
    with db.transaction() as session:
        edition = listening.edition(session, slug) if slug.isprintable() else None  # PostgreSQL takes no NUL
        if edition is None:
            raise NotFoundError(f"no edition of {slug!r} is published")
        kept = listening.kept_contents(session, edition.rendition_id)
        return EditionPage(edition, RenditionContents.from_json(kept), listening.sole_show(session) is not None)


def require_whole(store: AudioStore, file: StoredFile) -> None:
    """Raise `ObjectMissingError` if an object is missing from the store or no longer has its original size."""
    if file.is_measured:
        return
    size_bytes = store.stat(file.name).size_bytes
    if size_bytes != file.size_bytes:
        raise ObjectMissingError(f"{file.name} has {size_bytes} of {file.size_bytes} bytes")
