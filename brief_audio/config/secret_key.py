"""Create the secret key of a single-machine installation, and keep it in the data folder."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from brief_audio.domain.private_folders import make_private


def kept_secret_key(data_dir: Path) -> str:
    """Return the key stored in `data_dir`, readable only by its owner; create it first if it is missing.

    Two commands that create it at the same time get the same key: the file is linked into place once, complete.
    """
    make_private(data_dir)
    path = data_dir / "secret-key"
    if not path.exists():
        with NamedTemporaryFile("w", encoding="ascii", dir=data_dir, prefix=".secret-key-") as fresh:
            fresh.write(secrets.token_urlsafe(48))
            fresh.flush()
            os.fsync(fresh.fileno())
            with suppress(FileExistsError):
                os.link(fresh.name, path)
    path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()
