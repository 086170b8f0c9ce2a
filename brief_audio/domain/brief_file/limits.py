"""How many items a brief may have: more than any day's news, fewer than a runaway export."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from brief_audio.domain.brief_file.problems import Problems

MOST_ITEMS = 1000
_Item = TypeVar("_Item")


def within_limit(items: Sequence[_Item], place: Callable[[int, _Item], str], problems: Problems) -> Sequence[_Item]:
    """Return the items that a brief may have; `place` tells, of an item's number and itself, where it stands."""
    if len(items) > MOST_ITEMS:
        where = place(MOST_ITEMS, items[MOST_ITEMS])
        problems.add(where, f"is one item too many; the brief has {len(items):,}, at most {MOST_ITEMS:,} are allowed")
    return items[:MOST_ITEMS]
