"""Open what a command needs: settings from the environment, the database, the container.

Most commands only need the database and use `migrated`. The container adds speech and storage, which are slow to
load, so its builders are imported only when a command asks for a container.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from functools import cached_property
from typing import TYPE_CHECKING

from brief_audio import logs
from brief_audio.config.running_site import noted_in
from brief_audio.config.secret_key import kept_secret_key
from brief_audio.config.settings import Settings
from brief_audio.db.connection import migrate
from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import BriefAudioError, SettingsError
from brief_audio.domain.private_folders import make_private
from brief_audio.embedded import EmbeddedServerError, hold_server
from brief_audio.services.shows import voices

if TYPE_CHECKING:
    from brief_audio.bootstrap import Container

logger = logging.getLogger(__name__)


class CommandContext:
    """Opens each resource on first use; `close` releases them in the right order."""

    def __init__(self) -> None:
        self._open = ExitStack()

    @cached_property
    def settings(self) -> Settings:
        """The settings of a command that serves no requests and therefore needs no secret key.

        Links point to the site of a `run` on the same data folder, unless the environment sets the address.
        """
        settings = self._read(needs_secret=False)
        is_said = "BRIEF_PUBLIC_URL" in os.environ or "PORT" in os.environ
        address = None if is_said else noted_in(settings.data_dir)
        return replace(settings, public_url=address) if address else settings

    def settings_of_service(self) -> Settings:
        """Return the settings of a long-running service, which requires a secret key."""
        self.__dict__["settings"] = self._read(needs_secret=True)
        return self.settings

    def settings_of_run(self) -> Settings:
        """Return the settings of `run`, which creates and stores a secret key if none is set."""
        folder = self._read(needs_secret=False).data_dir
        self.__dict__["settings"] = self._read(needs_secret=True, secret_key=kept_secret_key(folder))
        return self.settings

    @cached_property
    def database_url(self) -> str:
        """The URL of the external PostgreSQL, or of the embedded server, which is held until `close`."""
        if self.settings.database_url is not None:
            return self.settings.database_url
        make_private(self.settings.data_dir)
        try:
            return self._open.enter_context(hold_server(self.settings.data_dir)).url
        except EmbeddedServerError as error:
            raise BriefAudioError(str(error)) from error

    @cached_property
    def database(self) -> Database:
        """The database, at any migration. `close` closes it."""
        db = Database(self.database_url, name="cli")
        self._open.callback(db.close)
        return db

    @cached_property
    def migrated(self) -> Database:
        """The database at the newest migration: the embedded one is migrated, an external one only checked."""
        db = self.database
        if self._is_behind(db):
            migrate.upgrade(db)
            self._keep_voices(db)
        return db

    @cached_property
    def migrated_with_voices(self) -> Database:
        """The migrated database, with the voices of the settings and of this version stored in it."""
        self._keep_voices(self.migrated)
        return self.migrated

    def bare_container(self, name: str) -> "Container":
        """Return a container whose database may be at any migration, or empty."""
        from brief_audio.bootstrap import build  # noqa: PLC0415  see above

        container = build(self.settings, self.database_url, name=name)
        self._open.callback(container.close)
        return container

    def container(self, name: str) -> "Container":
        """Return a container with a migrated database that has every voice stored."""
        container = self.bare_container(name)
        if self._is_behind(container.db):
            migrate.upgrade(container.db)
        self._keep_voices(container.db)
        return container

    def close(self) -> None:
        """Release everything: the container first, the database server last."""
        self._open.close()

    def _is_behind(self, db: Database) -> bool:
        """Return whether the embedded database needs migrating; raise `SettingsError` if an external one does."""
        found, wanted = migrate.current(db), migrate.head()
        if found == wanted:
            return False
        if self.settings.database_url is None:
            return True
        raise SettingsError(
            f"the database is at migration {found or 'none'}, but this version needs {wanted}:"
            " run `manage.py db upgrade`"
        )

    def _keep_voices(self, db: Database) -> None:
        """Store the configured voice, and any details of the other voices that a new version has changed."""
        from brief_audio.bootstrap import voice_cards  # noqa: PLC0415  see above

        cards = voice_cards(self.settings)
        with db.transaction() as session:
            known = {voice.name: asdict(voice) for voice in voices.voices(session)}
            if any(known.get(card.name) != asdict(card) for card in cards):
                voices.save_voices(session, cards)

    def _read(self, *, needs_secret: bool, secret_key: str | None = None) -> Settings:
        settings = Settings.from_env(
            os.environ, processors=_processors(), secret_key=secret_key, needs_secret=needs_secret
        )
        logs.set_up(settings.log_format)
        if "settings" not in self.__dict__:
            for name in settings.unknown:
                logger.warning("%s is set, but there is no such setting; check the spelling", name)
        return settings


def upgrade(container: "Container") -> None:
    """Migrate the schema and update the stored voices."""
    migrate.upgrade(container.db)
    with container.db.transaction() as session:
        voices.save_voices(session, container.voice_cards)


@contextmanager
def opened() -> Iterator[CommandContext]:
    """Yield a desk and close it afterwards."""
    desk = CommandContext()
    try:
        yield desk
    finally:
        desk.close()


def _processors() -> int:
    return len(os.sched_getaffinity(0))
