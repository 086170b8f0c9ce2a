"""Passwords: hashed with argon2id as its authors advise (RFC 9106), checked in the same time whoever asks."""

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from brief_audio.domain.errors import InvalidInputError
from brief_audio.services.accounts.guessable import PasswordOwner, why_guessable

SHORTEST = 12  # characters; NIST SP 800-63B-4 asks for length, for no rules of composition, and to refuse common ones
LONGEST = 256
LONGEST_TYPED = 1024  # before accents are composed: what is longer is no password of ours
NOT_TYPED = {"Cc", "Cs"}  # control characters and halves of letters: pasted by mistake, and never typed again
AT_ONCE = 4  # each takes 64 MiB: a burst at the door must not cost the site its memory
_hasher = PasswordHasher()
_room = BoundedSemaphore(AT_ONCE)


@cache
def nobodys() -> str:
    """Return the hash that a password is compared with where there is no such user, so that it takes as long.

    Kept from the first call on: a site makes it when it starts, and no command at a terminal waits for it.
    """
    return _hasher.hash("nobody has this password")


def check(password: str, owner: PasswordOwner) -> bytes:
    """Return what is hashed of a password.

    Raise `InvalidInputError` where it is too short, too long, not typed or easy to guess.
    """
    composed = _composed(password)
    if not SHORTEST <= len(composed) <= LONGEST:
        raise InvalidInputError(f"a password has {SHORTEST} to {LONGEST} characters; this one has {len(composed)}")
    if any(unicodedata.category(letter) in NOT_TYPED for letter in composed):
        raise InvalidInputError("the password has a character that no keyboard types; type it anew")
    if (reason := why_guessable(composed, owner)) is not None:
        raise InvalidInputError(reason)
    return composed.encode()


def hashed(password: str, owner: PasswordOwner) -> str:
    """Return the hash to keep; raise what `check` does."""
    checked = check(password, owner)
    with _room:
        return _hasher.hash(checked)


def is_right(password: str, kept: str | None) -> bool:
    """Return whether `password` is the one that was hashed; None, an unknown user's, takes as long."""
    given = _composed(password).encode(errors="surrogatepass")  # which nobody's password is: `check` refuses it
    try:
        with _room:
            is_same = _hasher.verify(kept or nobodys(), given)
    except (VerificationError, InvalidHashError):
        return False
    return is_same and kept is not None


def _composed(password: str) -> str:
    """Return the form that is hashed: keyboards write the same accent in two ways (RFC 8265, section 4.2)."""
    return unicodedata.normalize("NFC", password[:LONGEST_TYPED])
