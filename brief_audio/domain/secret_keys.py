"""Check the strength of the key that signs sessions: an attacker who guesses it can sign in as any user.

A generated key shows none of the signs checked here; a placeholder, a sentence or a pattern shows at least one.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

SHORTEST = 32  # characters
FEWEST_DIFFERENT = 8
FEWEST_TRIPLES = 20  # different groups of three; a repeating key has about as many as its period is long
LOOKED_AT = 64  # leading characters checked: enough to decide, and limits the work
# Shares of a key, set so high that none of 10,000 generated keys reaches them.
MOST_STEPS = 0.66  # of neighbours that count up or down, are equal, or are adjacent on a keyboard
MOST_EVERY_OTHER = 0.8  # the same for every second character: fewer pairs, so more left to chance
MOST_ENGLISH = 0.5  # of neighbours that are common pairs in English
MOST_WORDS = 0.3  # of characters in the words below, or never used by key generators
# A sentence, in any language: some common pairs, and few changes between lower case, upper case and digits.
FEWEST_CHANGES, SOME_ENGLISH = 6, 0.28

KEYBOARD = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LOOKALIKES = str.maketrans("013457", "oleast")
PAIRS = (
    "th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te et ng of al de se le sa si ar ve ra"
    " ld ur ro ri io ic ne me ma li ch ll be co om ce ec no ge lo us pr ee ss ke ey ho el ct ta la ca"
)
COMMON_PAIRS = frozenset(PAIRS.split())
# Words from examples and templates, and from sentences people think of first.
KNOWN = (
    "123 abc account admin app apply application audio auth base battery before brief briefs brown change changed"
    " changeit changeme config cookie correct debug default demo deploy deployment dev developer development django"
    " docker dog dummy edit env environment example fake file fill fixme flask for foo foobar fox from generate"
    " generated good hello here horse hunter insecure insert its jump jumps jwt key keys lazy letmein local"
    " localhost long lorem ipsum dolor master never none not null only our over pass passphrase password phrase"
    " placeholder please private prod production public put qwerty quick random real replace root safe sample secret"
    " secrets secure security server service session set should show sign signing site some something staging staple"
    " string super temp temporary test testing tests than that the these this thing todo token top true type unsafe"
    " use used user value very web welcome with word words world xxx you your"
)
WORDS = sorted(KNOWN.split(), key=len, reverse=True)  # longest first: they may contain shorter ones


def why_weak(key: str) -> str | None:
    """Return why a key is easy to guess, in words that follow "it", None if it looks generated."""
    if len(key) < SHORTEST:
        return f"has {len(key)} characters and needs at least {SHORTEST}"
    looked_at = key.casefold()[:LOOKED_AT]
    different = len(set(looked_at))
    if different < FEWEST_DIFFERENT:
        return f"has too few different characters ({different})"
    if _repeats(looked_at):
        return "repeats itself"
    letters = [letter for letter in looked_at if letter.isalnum()]
    if _counts(letters):
        return "counts up or follows the keyboard"
    most_english = SOME_ENGLISH if _changes(key[:LOOKED_AT]) < FEWEST_CHANGES else MOST_ENGLISH
    if _share(letters, _is_english) > most_english or _share_of_words("".join(letters)) > MOST_WORDS:
        return "is made of words"
    return None


def _repeats(key: str) -> bool:
    triples = list(zip(key, key[1:], key[2:], strict=False))
    return len(set(triples)) < max(FEWEST_TRIPLES, len(triples) // 2)


def _counts(letters: Sequence[str]) -> bool:
    """Return whether the letters count up, in one series (abcd) or in two interleaved ones (a1b2c3)."""
    every_other = (_share(letters[first::2], _is_step) for first in (0, 1))
    return _share(letters, _is_step) > MOST_STEPS or max(every_other) > MOST_EVERY_OTHER


def _share(letters: Sequence[str], is_counted: Callable[[str, str], bool]) -> float:
    """Return the share of neighbouring pairs that `is_counted` accepts, from 0 to 1."""
    pairs = list(pairwise(letters))
    return sum(is_counted(one, other) for one, other in pairs) / max(1, len(pairs))


def _is_step(one: str, other: str) -> bool:
    is_beside = any(one + other in row or other + one in row for row in KEYBOARD)
    return is_beside or abs(ord(one) - ord(other)) <= 1


def _is_english(one: str, other: str) -> bool:
    return one + other in COMMON_PAIRS


def _changes(key: str) -> int:
    kinds = ["digit" if letter.isdigit() else letter.isupper() for letter in key if letter.isalnum()]
    return sum(one != other for one, other in pairwise(kinds))


def _share_of_words(letters: str) -> float:
    """Return the share of `letters` that is words, including words with digits in place of similar letters."""
    return max(_covered(letters), _covered(letters.translate(LOOKALIKES)))


def _covered(letters: str) -> float:
    rest = letters
    for word in WORDS:
        rest = rest.replace(word, "\0")
    return 1 - sum(letter != "\0" and letter.isascii() for letter in rest) / max(1, len(letters))
