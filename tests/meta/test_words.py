"""Plain English: words that one would not say to a colleague stay out of code, pages and documents."""

import re
from pathlib import Path

import pytest

from tests.meta.sources import PRODUCT, named, tracked_files

# Written apart, so that this file does not hold them itself.
BANNED = ("who" + "ever", "some" + "body", "no" + "body", "a" + "new")
FOREIGN = re.compile(r"\b(" + "|".join(BANNED) + r")\b", re.IGNORECASE)
# PostgreSQL's least privileged Unix user is really called that.
USER_NAME = re.compile(r"[\"'`]no" + r"body[\"'`]")
TEXTS = {".py", ".html", ".js", ".md", ".txt", ".toml", ".sql", ".mako"}
RENAMED = re.compile(r"\b(hearing|hearings)\b", re.IGNORECASE)  # the word is "preview"


def files() -> list[Path]:
    places = (*PRODUCT, "bench", "migrations", "docs", "README.md", "CONTRIBUTING.md", "Makefile", "pyproject.toml")
    return [path for path in tracked_files(*places) if path.suffix in TEXTS or path.name == "Makefile"]


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{named(path)}:{number} {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(USER_NAME.sub("", line))
    ]


@pytest.mark.parametrize("room", ["brief_audio", "admin", "scheduler", "bench", "migrations", "docs", ""])
def test_foreign_words_stay_out(room: str) -> None:
    known = ("brief_audio", "admin", "scheduler", "bench", "migrations", "docs")
    here = [path for path in files() if (named(path).split("/")[0] if "/" in named(path) else "") == room]
    assert here or room not in known

    assert lines_with(FOREIGN, here) == []


def test_a_preview_has_one_name() -> None:
    """Migrations keep the name that the table had."""
    product = [path for path in files() if not named(path).startswith("migrations/")]

    assert lines_with(RENAMED, product) == []
