"""One rule of the normaliser: what it matches and what is spoken instead."""

import re
from collections.abc import Callable
from dataclasses import dataclass

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
