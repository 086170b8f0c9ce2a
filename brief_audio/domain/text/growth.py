"""How much longer pronunciation rules may make an item: a letter that is read as a page is no pronunciation."""

from collections import Counter
from collections.abc import Iterable

from brief_audio.domain.errors import OvergrownTextError
from brief_audio.domain.text.lexicon_masking import LexiconMatcher

MOST_ADDED = 5_000  # characters, some six minutes of speech; a long text may grow by more
MOST_TIMES_ADDED = 2  # times the text's own length
_MOST_QUOTED = 40  # characters


def refuse_growth(texts: Iterable[str], lexicon: LexiconMatcher) -> None:
    """Raise `OvergrownTextError` where the rules make the cleaned texts of an item too much longer."""
    length = 0
    added = Counter[str]()
    words: dict[str, str] = {}
    for text in texts:
        length += len(text)
        for span, spoken in lexicon.applied(text):
            added[spoken] += len(spoken) - (span.end - span.start)
            words.setdefault(spoken, " ".join(text[span.start : span.end].split()))
    allowed = max(MOST_ADDED, MOST_TIMES_ADDED * length)
    if added.total() > allowed:
        [(spoken, most)] = added.most_common(1)
        raise OvergrownTextError(
            f"pronunciation rules make this item {added.total():,} characters longer, and at most {allowed:,} are"
            f" allowed. The rule for “{_shortened(words[spoken])}” alone adds {most:,}: give it fewer words to say"
        )


def _shortened(words: str) -> str:
    return words if len(words) <= _MOST_QUOTED else f"{words[:_MOST_QUOTED]}…"
