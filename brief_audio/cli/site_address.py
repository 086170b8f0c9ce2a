"""Where a running `run` serves: noted in the data folder, so that commands beside it print links that lead there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from brief_audio.domain.private_folders import private_opener

FILE = "site-address"


@contextmanager
def noted(data_dir: Path, url: str) -> Iterator[None]:
    """Keep the address in the data folder for as long as the block runs."""
    path = data_dir / FILE
    with open(path, "w", encoding="ascii", opener=private_opener) as file:
        file.write(url)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def noted_in(data_dir: Path) -> str | None:
    """Return the address that was noted; None where no `run` serves."""
    try:
        return (data_dir / FILE).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
