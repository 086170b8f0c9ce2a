"""Find tables, as GitHub Flavored Markdown writes them, in the lines of a body."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_RULE = re.compile(r":?-+:?")


def tables(lines: Sequence[tuple[int, str]]) -> Iterator[int]:
    """Yield the line number of the header row of each table outside code."""
    is_in_code = False
    for (number, header), (_, line) in pairwise(lines):
        if _FENCE.match(header):
            is_in_code = not is_in_code
        if not is_in_code and "|" in header and _is_rule(line):
            yield number


def _is_rule(line: str) -> bool:
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    return "|" in line and all(_RULE.fullmatch(cell.strip()) for cell in cells)
