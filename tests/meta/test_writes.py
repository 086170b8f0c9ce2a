"""Rows are written in `db/`: services say what a row holds, and hand it over."""

import re
from pathlib import Path

from tests.meta.sources import named, python_files

WRITES = re.compile(r"\bsession\.(add|add_all|delete|flush|merge|execute|query|bulk_\w+)\(")


def writing_lines(path: Path) -> list[str]:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    return [f"{named(path)}:{number} {line.strip()}" for number, line in lines if WRITES.search(line)]


def test_only_the_database_layer_reads_and_writes_rows() -> None:
    others = [path for path in python_files("brief_audio", "admin", "scheduler") if "/db/" not in f"/{named(path)}"]

    assert [line for path in others for line in writing_lines(path)] == []
