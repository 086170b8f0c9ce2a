"""Hash and check passwords: argon2id as recommended in RFC 9106. A check takes equally long for unknown users."""

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from brief_audio.domain.errors import InvalidInputError
from brief_audio.services.accounts.guessable import PasswordOwner, why_guessable

SHORTEST = 12  # characters; NIST SP 800-63B-4 asks for length, no composition rules, and no common passwords
LONGEST = 256
LONGEST_TYPED = 1024  # before accents are composed; nothing longer can be a password here
NOT_TYPED = {"Cc", "Cs"}  # control characters and surrogates: pasted by mistake, and impossible to type again
AT_ONCE = 4  # each takes 64 MiB, so a burst of sign-ins must not exhaust memory
_hasher = PasswordHasher()
_room = BoundedSemaphore(AT_ONCE)


@cache
def prepare_dummy_hash() -> str:
    """Return the hash to compare with for an unknown user, so that the check takes equally long.

    It is made on the first call: the site does that when it starts, and commands never need it.
    """
    return _hasher.hash("no user has this password")


def check(password: str, owner: PasswordOwner) -> bytes:
    """Return the bytes of a password to hash.

    Raise `InvalidInputError` if it is too short, too long, impossible to type or easy to guess.
    """
    composed = _composed(password)
    if not SHORTEST <= len(composed) <= LONGEST:
        raise InvalidInputError(
            f"a password must have {SHORTEST} to {LONGEST} characters; this one has {len(composed)}"
        )
    if any(unicodedata.category(letter) in NOT_TYPED for letter in composed):
        raise InvalidInputError("the password has a character that cannot be typed: type it again")
    if (reason := why_guessable(composed, owner)) is not None:
        raise InvalidInputError(reason)
    return composed.encode()


def hashed(password: str, owner: PasswordOwner) -> str:
    """Return the hash to store; raise the same errors as `check`."""
    checked = check(password, owner)
    with _room:
        return _hasher.hash(checked)


def is_right(password: str, kept: str | None) -> bool:
    """Return whether `password` matches the stored hash; for None (an unknown user), take equally long."""
    given = _composed(password).encode(errors="surrogatepass")  # never matches, because `check` refuses it
    try:
        with _room:
            is_same = _hasher.verify(kept or prepare_dummy_hash(), given)
    except (VerificationError, InvalidHashError):
        return False
    return is_same and kept is not None


def _composed(password: str) -> str:
    """Return the composed form: keyboards write the same accent in two ways (RFC 8265, section 4.2)."""
    return unicodedata.normalize("NFC", password[:LONGEST_TYPED])
