"""One rule of the normaliser: what it recognises and what is said instead."""

import re
from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Replaces every match of `pattern` by what `say` returns for it."""

    pattern: re.Pattern[str]
    say: Say

    def apply(self, text: str) -> str:
        """Return `text` with the rule applied throughout."""
        return self.pattern.sub(self.say, text)


def rule(pattern: str, say: Say | str, *, any_case: bool = False) -> Rule:
    """Return a rule; a `say` that is text is what `re.Match.expand` takes."""
    compiled = re.compile(pattern, re.IGNORECASE if any_case else 0)
    if isinstance(say, str):
        template = say
        return Rule(compiled, lambda match: match.expand(template))
    return Rule(compiled, say)
