"""The disk store's files, sorted by name as a bucket lists them."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from brief_audio.domain.errors import ObjectMissingError
from brief_audio.storage.safe_folders import failures_told, folder


def file_names(root: Path, prefix: str, *, below: Sequence[str] = ()) -> Iterator[str]:
    """Yield the names of files that begin with `prefix`, except hidden files and symbolic links."""
    for entry in _entries(root, below):
        name = "/".join((*below, entry))
        if not entry.endswith("/"):
            if name.startswith(prefix):
                yield name
        elif name.startswith(prefix) or prefix.startswith(name):
            yield from file_names(root, prefix, below=(*below, entry[:-1]))


def _entries(root: Path, names: Sequence[str]) -> list[str]:
    """Return a folder's entries. Folders end with a slash, so they sort like the objects inside them."""
    try:
        with failures_told(root.joinpath(*names)), folder(root, names) as opened, os.scandir(opened) as entries:
            kept = [entry for entry in entries if not entry.name.startswith(".") and not entry.is_symlink()]
            return sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in kept)
    except ObjectMissingError:
        return []
