"""House rules that no linter knows: sizes, broad excepts, patched code, things left open."""

import ast
import re
from pathlib import Path

import pytest

from tests.meta.sources import PRODUCT, PROJECT, imports_of, named, python_files, tracked_files, tree_of

LONGEST_FILE = 400
LONGEST_TEST_FILE = 500
LONGEST_FUNCTION = 35
BROAD = {"Exception", "BaseException"}
# Where anything at all may be caught: the worker's outermost loop, the speech child's edge, the web error handler.
GUARDS = {"scheduler/guard.py", "brief_audio/speech/child.py", "brief_audio/app.py"}
LEFT_OPEN = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")) + r")\b")
PATCHING = re.compile(r"mock\.patch|monkeypatch\.set" + r"attr|from unittest")
THIS = Path(__file__)


def test_no_file_is_too_long() -> None:
    too_long = [
        f"{named(path)}: {lines}"
        for path in python_files()
        if (lines := path.read_text(encoding="utf-8").count("\n"))
        > (LONGEST_TEST_FILE if named(path).startswith("tests/") else LONGEST_FILE)
    ]

    assert too_long == []


def test_no_function_is_too_long() -> None:
    too_long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in python_files(*PRODUCT)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and _lines_of_code(node) > LONGEST_FUNCTION
    ]

    assert too_long == []


def _lines_of_code(function: ast.FunctionDef) -> int:
    """Lines from the first to the last statement, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_broad_excepts_stand_only_at_the_three_guards() -> None:
    places = [
        named(path)
        for path in python_files(*PRODUCT)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type)
    ]

    assert set(places) <= GUARDS
    assert len(places) == len(set(places))


def _is_broad(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in BROAD for name in names)


def test_nothing_is_left_open() -> None:
    assert _lines_matching(LEFT_OPEN, python_files()) == []


def test_tests_pass_fakes_in_and_patch_nothing() -> None:
    assert _lines_matching(PATCHING, python_files("tests")) == []


def test_no_file_names_a_place_on_one_machine() -> None:
    places = [PROJECT, Path.home()]
    pattern = re.compile("|".join(re.escape(f"{place}/") for place in places))

    assert _lines_matching(pattern, tracked_files()) == []


def _lines_matching(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{named(path)}:{number} {line.strip()[:120]}"
        for path in paths
        if path != THIS
        for number, line in enumerate(path.read_bytes().decode("utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("package", ["unittest.mock", "mutagen", "playwright", "pytest"])
def test_the_product_imports_nothing_of_the_tests(package: str) -> None:
    importers = [named(path) for path in python_files(*PRODUCT, "migrations") if package in set(imports_of(path))]

    assert importers == []


def test_services_name_sqlalchemys_session_and_nothing_else_of_it() -> None:
    names = {
        f"{named(path)}: {node.module}.{alias.name}"
        for path in python_files("brief_audio/services")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name != "Session"
    }

    assert names == set()
