"""Note the site's address in the data folder while `run` serves, so that other commands print working links."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from brief_audio.domain.private_folders import private_opener

FILE = "site-address"


@contextmanager
def noted(data_dir: Path, url: str) -> Iterator[None]:
    """Store the address in the data folder while the block runs."""
    path = data_dir / FILE
    with open(path, "w", encoding="ascii", opener=private_opener) as file:
        file.write(url)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def noted_in(data_dir: Path) -> str | None:
    """Return the noted address; None if no `run` is serving."""
    try:
        return (data_dir / FILE).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
