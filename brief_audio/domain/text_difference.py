"""Show what changed between two texts on one line: the words between their common start and end."""

from dataclasses import dataclass

LONGEST = 80  # characters per side


@dataclass(frozen=True, slots=True)
class TextDifference:
    """The words removed and the words added; either may be empty."""

    before: str
    after: str


def text_difference(before: str, after: str) -> TextDifference | None:
    """Return the part where two texts differ, cut to 80 characters, None if their words are the same."""
    old, new = before.split(), after.split()
    if old == new:
        return None
    start = _equal(old, new)
    end = _equal(old[start:][::-1], new[start:][::-1])
    return TextDifference(_cut(old[start : len(old) - end]), _cut(new[start : len(new) - end]))


def _equal(one: list[str], other: list[str]) -> int:
    """Return how many words both start with."""
    count = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        count += 1
    return count


def _cut(words: list[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
