"""One rule of the normaliser: what it recognises and what is said instead."""

import re
from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Replaces every match of `pattern` by `say`: a function of the match, or a text as `re.sub` takes it."""

    pattern: re.Pattern[str]
    say: Say | str

    def apply(self, text: str) -> str:
        """Return `text` with the rule applied throughout."""
        return self.pattern.sub(self.say, text)


def rule(pattern: str, say: Say | str, *, any_case: bool = False) -> Rule:
    """Return a rule; `any_case` makes it blind to capitals."""
    return Rule(re.compile(pattern, re.IGNORECASE if any_case else 0), say)
