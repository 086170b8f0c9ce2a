"""Where an embedded server's files are: all in one folder that only its owner can enter."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder `home` (absolute, 0700) and its contents."""

    home: Path

    @property
    def cluster(self) -> Path:
        """Return PostgreSQL's own data folder."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """Return the log file of the server and its keeper."""
        return self.home / "postgres.log"

    @property
    def holders(self) -> Path:
        """Return the file that all users of the server lock shared, and the keeper locks exclusively at the end."""
        return self.home / "holders.lock"

    @property
    def keeper(self) -> Path:
        """Return the file that the keeper locks exclusively while it lives; it contains the keeper's report."""
        return self.home / "keeper.lock"

    @property
    def owner(self) -> tuple[int, int]:
        """Return the user and group that own the folder."""
        status = self.home.stat()
        return status.st_uid, status.st_gid

    def open_own(self, path: Path, flags: int = os.O_RDWR) -> int:
        """Open or create a file in this folder, 0600; a file created by root is given to the folder's owner."""
        descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.geteuid() == 0:
            os.fchown(descriptor, *self.owner)
        return descriptor
