"""How often anybody may try a password: counted before it is looked at, the same for users there are and are not.

Nothing resets a count but time. Whoever is kept out of an account by somebody else's tries comes in by a one-time link.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from brief_audio.db import sign_in_tries
from brief_audio.db.engine import Database

WINDOW = timedelta(minutes=15)
MOST_OF_ACCOUNT = 10
MOST_FROM_ADDRESS = 20
MOST_OF_ALL, SHORT_WINDOW = 300, timedelta(minutes=1)  # a check of a password takes a core's 50 ms and 64 MiB
HOME_PREFIX = 64  # bits of an IPv6 address: who has one has all that begin like it
LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Try:
    """A try that is counted, or one that must wait: then nothing was counted."""

    try_id: int
    wait_seconds: int = 0


def count(db: Database, email: str, address: str) -> Try:
    """Count a try before its password is looked at; however many come at once, no more than the limits pass."""
    account, place = email.lower()[:LONGEST_EMAIL], neighbourhood(address)
    limits = (
        sign_in_tries.of_account(account, MOST_OF_ACCOUNT, WINDOW),
        sign_in_tries.from_address(place, MOST_FROM_ADDRESS, WINDOW),
        sign_in_tries.of_all(MOST_OF_ALL, SHORT_WINDOW),
    )
    with db.transaction() as session:
        if wait := sign_in_tries.seconds_to_wait(session, limits):  # a flood only reads: it makes nobody wait
            return Try(0, wait)
    with db.transaction() as session:
        sign_in_tries.lock(session)
        if wait := sign_in_tries.seconds_to_wait(session, limits):
            return Try(0, wait)
        return Try(sign_in_tries.add(session, account, place))


def neighbourhood(address: str) -> str:
    """Return whom an address is counted with: itself, or in IPv6 the network that a household or a server gets."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:45]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), HOME_PREFIX), strict=False))
