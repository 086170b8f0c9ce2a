"""Where the server's socket is. The full path of a socket must stay under about 100 bytes (unix(7))."""

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

from brief_audio.embedded.errors import EmbeddedServerError
from brief_audio.embedded.layout import Layout

_LONGEST_BYTES = 100
_LONGEST_NAME = ".s.PGSQL.65535"


def socket_folder(layout: Layout) -> Path:
    """Return the folder for the socket: beside the cluster, or a short path if that one is too long."""
    beside = layout.home / "socket"
    return beside if fits(beside) else _short_base() / f"brief-audio-{_name_of(layout.home)}"


def fits(folder: Path) -> bool:
    """Return whether a socket in `folder` can be created and named; PostgreSQL splits paths at commas."""
    return len(os.fsencode(folder / _LONGEST_NAME)) <= _LONGEST_BYTES and not {",", '"'} & set(str(folder))


def claim_folder(folder: Path, layout: Layout) -> None:
    """Create `folder`, 0700; raise `EmbeddedServerError` if it belongs to another user."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {os.geteuid(), layout.owner[0]}:
        raise EmbeddedServerError(
            f"The folder {folder} for PostgreSQL's socket belongs to another user. Remove it, or use a data folder "
            "with a shorter path."
        )
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, *layout.owner)


def remove_folder(folder: Path) -> None:
    """Remove the folder once its server has stopped; leave it if it isn't empty."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def _short_base() -> Path:
    """Return the usual XDG_RUNTIME_DIR (pam_systemd(8)) if it exists, or else the temporary folder."""
    runtime = Path(f"/run/user/{os.geteuid()}")
    usable = runtime.is_dir() and runtime.stat().st_uid == os.geteuid()
    return runtime if usable else Path(tempfile.gettempdir()).absolute()


def _name_of(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
