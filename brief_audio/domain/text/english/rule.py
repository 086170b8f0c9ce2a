"""One rule of the normaliser, and the pieces of pattern that rules share."""

import re
from collections.abc import Callable
from dataclasses import dataclass

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d\w])\.\d+)"
TO = r"\s?(?:–|-|to)\s?"
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)


YEAR = r"(?:1\d{3}|20\d{2})"
Say = Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Replace every match of `pattern` by `say`: a function of the match, or a template as in `re.sub`."""

    pattern: re.Pattern[str]
    say: Say | str

    def apply(self, text: str) -> str:
        """Return `text` with the rule applied to every match."""
        return self.pattern.sub(self.say, text)


def rule(pattern: str, say: Say | str, *, any_case: bool = False) -> Rule:
    """Return a rule; `any_case` makes it ignore case."""
    return Rule(re.compile(pattern, re.IGNORECASE if any_case else 0), say)
