"""The secret key that `run` makes for an installation of one person, kept in its data folder."""

import os
import secrets
from pathlib import Path


def kept_secret_key(data_dir: Path) -> str:
    """Return the key kept in `data_dir`, readable only by its owner; make it first where there is none.

    Two commands that make it at once end with the same key: the file appears whole, and only once.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / "secret-key"
    if not path.exists():
        fresh = data_dir / f".secret-key.{os.getpid()}"
        descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()
