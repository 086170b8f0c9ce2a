"""A kind of work made for tests, with all that a new kind needs: a table, its functions, and what doing it means."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from brief_audio.db import work
from brief_audio.db.models import Show
from brief_audio.db.models.base import NAMING, Base
from brief_audio.db.models.work import Leased, leased
from brief_audio.db.work import Claim, WorkTable
from brief_audio.db.work_functions import claim_and_finish
from brief_audio.domain.errors import BriefAudioError
from brief_audio.domain.work import WorkRules
from brief_audio.services.operations.error_log import MetError, met
from brief_audio.services.work.attempt import Attempt
from brief_audio.services.work.kind import WorkKind, WorkTools


class Tables(DeclarativeBase):
    """The metadata of what only tests have: migrations are not compared with it."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = Base.type_annotation_map


class Errand(Leased, Tables):
    """Something to be fetched for a show."""

    __tablename__ = "errand"
    __table_args__ = leased("errand")

    id: Mapped[int] = mapped_column(primary_key=True)
    show_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(50))
    fetched: Mapped[str | None]


ERRANDS = WorkTable("errand", Errand, parent=Show)
HOOKS = """
CREATE OR REPLACE FUNCTION {table}_claimed(worker text, work bigint, parent bigint, fence integer)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT slug FROM show WHERE id = parent);
END $$;

CREATE OR REPLACE FUNCTION {table}_finished(worker text, work bigint, parent bigint, fence integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
END $$;
"""


def install(connection: Connection) -> None:
    """Do what the migration of a new kind would do."""
    Tables.metadata.create_all(connection)
    for statement in claim_and_finish("errand", "show", hooks=HOOKS):
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Undo that."""
    Tables.metadata.drop_all(connection)
    for name in ("claim_errand", "finish_errand", "errand_claimed", "errand_finished"):
        connection.exec_driver_sql(f"DROP FUNCTION {name}")


@dataclass
class Errands:
    """Runs errands: fetches what is asked for, and fails those it is told to."""

    rules: WorkRules = field(default_factory=WorkRules)
    failing: dict[str, BriefAudioError] = field(default_factory=dict)

    @property
    def kind(self) -> WorkKind:
        """Return the kind of work, one place wide."""
        return WorkKind(ERRANDS, self.rules, (None,), self._fetch, self._error_to_keep)

    def _fetch(self, studio: WorkTools, attempt: Attempt) -> str:
        with studio.db.transaction() as session:
            what = session.get_one(Errand, attempt.claim.id).what
        attempt.progress(50)
        if what in self.failing:
            raise self.failing[what]

        def finish(session: Session) -> None:
            work.fenced(session, attempt.claim, fetched=f"{what}, fetched")
            work.finish(session, attempt.claim)

        attempt.write(finish)
        return f"fetched {what}"

    def _error_to_keep(self, claim: Claim, error: Exception) -> MetError:
        return met(error, str(claim))
