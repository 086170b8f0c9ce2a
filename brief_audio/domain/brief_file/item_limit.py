"""How many items a brief may have: more than a day's news, fewer than a runaway export."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from brief_audio.domain.brief_file.problems import Problems

MOST_ITEMS = 1000
_Item = TypeVar("_Item")


def within_limit(items: Sequence[_Item], place: Callable[[int, _Item], str], problems: Problems) -> Sequence[_Item]:
    """Return the items a brief may have; `place` returns an item's place, given its number and the item."""
    if len(items) > MOST_ITEMS:
        where = place(MOST_ITEMS, items[MOST_ITEMS])
        problems.add(
            where, f"is one item too many: the brief has {len(items):,}, and at most {MOST_ITEMS:,} are allowed"
        )
    return items[:MOST_ITEMS]
