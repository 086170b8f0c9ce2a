"""The project's own files, as the tests about the codebase read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PRODUCT = ("brief_audio", "admin", "scheduler", "manage.py")


def tracked_files(*places: str) -> list[Path]:
    """Every file that git knows or would add, below `places` (default: everywhere)."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *places]
    listing = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True, text=True).stdout
    return [path for name in listing.split("\0") if name and (path := PROJECT / name).is_file()]


def python_files(*places: str) -> list[Path]:
    return [path for path in tracked_files(*places) if path.suffix == ".py"]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[str]:
    """The dotted names of the modules that a file imports, wherever in it."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()
