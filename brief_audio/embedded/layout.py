"""Where the files of one embedded server lie: all of them in one folder that only its owner may enter."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder `home` (absolute, 0700) and what stands in it."""

    home: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """What the server and its keeper say."""
        return self.home / "postgres.log"

    @property
    def holders(self) -> Path:
        """Locked, shared, by everybody who uses the server; exclusively by the keeper once nobody does."""
        return self.home / "holders.lock"

    @property
    def keeper(self) -> Path:
        """Locked exclusively by the one keeper while it lives; holds its report."""
        return self.home / "keeper.lock"

    @property
    def owner(self) -> tuple[int, int]:
        """User and group that the folder belongs to."""
        status = self.home.stat()
        return status.st_uid, status.st_gid

    def open_own(self, path: Path, flags: int = os.O_RDWR) -> int:
        """Open (or create) a file of this folder, 0600; what root creates belongs to the folder's owner."""
        descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.geteuid() == 0:
            os.fchown(descriptor, *self.owner)
        return descriptor
