"""Each face words its own advice: no command on a page, and no advice for a problem that nothing reports."""

import ast
from collections.abc import Iterator
from string import Formatter

import pytest

from brief_audio.cli.terminal.fixes import FIXES
from brief_audio.cli.terminal.hints import HINTS
from brief_audio.http.advice import ADVICE
from brief_audio.http.advice import FIXES as PAGE_FIXES
from tests.meta.sources import named, python_files, tracked_files, tree_of

FACELESS = [
    f"brief_audio/{room}" for room in ("services", "db", "domain", "storage", "speech", "mastering", "web", "templates")
]
INSIDE = ("brief_audio", "admin", "scheduler")


def codes_given() -> set[str]:
    """Every text of the product's code outside the tables of advice: a code that is given is one of them."""
    tables = {"brief_audio/http/advice.py", "brief_audio/cli/terminal/fixes.py", "brief_audio/cli/terminal/hints.py"}
    files = (path for path in python_files(*INSIDE) if named(path) not in tables)
    nodes = (node for path in files for node in ast.walk(tree_of(path)))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def facts_given(code: str) -> Iterator[set[str]]:
    """The names of the facts beside each place where that code is given to an error."""
    for path in python_files(*INSIDE):
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Call):
                continue
            words = {word.arg: word.value for word in node.keywords}
            if isinstance(words.get("code"), ast.Constant) and words["code"].value == code:  # type: ignore[attr-defined]
                facts = words.get("facts")
                keys = facts.keys if isinstance(facts, ast.Dict) else []
                yield {key.value for key in keys if isinstance(key, ast.Constant)}


def test_no_page_and_nothing_behind_one_names_a_command() -> None:
    naming = [named(path) for path in tracked_files("admin", *FACELESS) if b"manage.py" in path.read_bytes()]

    assert naming == []


@pytest.mark.parametrize("table", [HINTS, FIXES, ADVICE, PAGE_FIXES])
def test_every_code_with_advice_is_one_that_something_gives(table: dict[str, str]) -> None:
    # Those of classes and of `work.cancel`, whose code is made of the name of the kind of work, are texts as well.
    assert set(table) - {"unknown"} <= codes_given()


@pytest.mark.parametrize("code", [code for code, hint in HINTS.items() if "{" in hint])
def test_every_hint_finds_its_facts(code: str) -> None:
    needed = {name for _, name, _, _ in Formatter().parse(HINTS[code]) if name}
    given = list(facts_given(code))

    assert given
    assert all(needed <= facts for facts in given), given
