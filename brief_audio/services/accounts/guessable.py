"""Explain why a password is easy to guess: it is common (zxcvbn), or it contains what is known about its owner."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PRODUCT = "Brief Audio"
LEAST_SCORE = 3  # of 4: at least 10**8 guesses
LOOKED_AT = 32  # characters checked at each end: zxcvbn needs up to 0.4 s for these, and half a minute for 256
FEWEST_DIFFERENT = 5
LEAST_OF_ONES_OWN = 8  # letters left after removing repetitions, or names that a stranger may know
REPEATED = re.compile(r"(.)\1{2,}|(.{3,}?)\2+", re.DOTALL)  # aaa, wordword
SHORTEST_NAME, SHORTEST_FOREIGN_NAME = 3, 2  # letters: any word may hold shorter ones, such as "al"
LOOKALIKES = str.maketrans("01l34579@$", "oiieastgas")
NO_LETTER = frozenset("PZC")  # of Unicode's categories: punctuation, space, control
ADVICE = "Use three or four unrelated words, or a password manager."


@dataclass(frozen=True, slots=True)
class PasswordOwner:
    """What a stranger may know about the owner of a password."""

    email: str
    name: str


def why_guessable(password: str, owner: PasswordOwner) -> str | None:
    """Return why a password is easy to guess, with advice, or None if it is not."""
    different = len(set(password.casefold()))
    if different < FEWEST_DIFFERENT:
        return f"the password has too few different characters ({different}). {ADVICE}"
    if _repeats(password):
        return f"the password repeats characters or words. {ADVICE}"
    own = _without(_names(owner), password)
    if own != password and (sum(map(bool, map(_plain, own))) < LEAST_OF_ONES_OWN or _complaint(own) is not None):
        return f"apart from your e-mail, your name and “{PRODUCT}”, the password is too easy to guess. {ADVICE}"
    complaint = _complaint(password)
    return None if complaint is None else f"the password is too easy to guess. {complaint}{ADVICE}"


def _repeats(password: str) -> bool:
    """Return whether a password is mostly repetition: one part repeated, with or without separators."""
    text = password.casefold()
    words = re.findall(r"[^\W_]+", text)
    is_half_the_same = len("".join(set(words))) * 2 <= len("".join(words)) and len(words) > 1
    is_little = len(REPEATED.sub(lambda found: found[1] or found[2], text)) < LEAST_OF_ONES_OWN
    return is_half_the_same or is_little or _is_periodic(text) or _is_periodic("".join(words))


def _is_periodic(text: str) -> bool:
    return any(text[period:] == text[:-period] for period in range(1, len(text) // 2 + 1))


def _names(owner: PasswordOwner) -> list[str]:
    """Return the names that a stranger may know and their parts, forwards and backwards, longest first."""
    known = (owner.email, owner.email.partition("@")[0], owner.name, PRODUCT)
    whole = {"".join(_plain(mark) for mark in name) for name in known}
    parts = {"".join(_plain(mark) for mark in part) for name in known for part in re.findall(r"[^\W_]+", name)}
    names = {name for name in whole | parts if _is_long_enough(name)}
    return sorted(names | {name[::-1] for name in names}, key=len, reverse=True)


def _is_long_enough(name: str) -> bool:
    return len(name) >= (SHORTEST_NAME if name.isascii() else SHORTEST_FOREIGN_NAME)


def _without(names: Iterable[str], password: str) -> str:
    """Return a password without `names`, however they are written: case, accents and lookalikes are ignored."""
    places = [place for place, mark in enumerate(password) if _plain(mark)]
    letters = "".join(_plain(password[place]) for place in places)
    for name in names:
        letters = letters.replace(name, "\0" * len(name))
    taken = {place for place, letter in zip(places, letters, strict=True) if letter == "\0"}
    return "".join(mark for place, mark in enumerate(password) if place not in taken)


def _plain(mark: str) -> str:
    """Return the plain lower-case letter that a character is or looks like; nothing for a separator."""
    letter = unicodedata.normalize("NFKD", mark.casefold())[:1].translate(LOOKALIKES)
    return "" if not letter or unicodedata.category(letter)[0] in NO_LETTER else letter


def _complaint(password: str) -> str | None:
    """Return zxcvbn's warning about a weak password, possibly empty, or None for a strong one."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  (its word lists are slow to load and rarely needed)

    ends: Sequence[str] = (password[:LOOKED_AT], password[-LOOKED_AT:])
    warning = ""
    for end in dict.fromkeys(ends):
        judged = zxcvbn(end)
        if judged["score"] >= LEAST_SCORE:
            return None
        warning = warning or judged["feedback"]["warning"]
    return f"{warning} " if warning else ""
