"""Limit password tries: counted before the password is checked, in the same way for known and unknown users.

Tries from a known device or a known place on the network have their own limit, so that strangers cannot lock a user
out. Strangers share limits by account, address, network and in total; one network (in IPv6 a /48, which one customer
gets) cannot use up the total. Only time resets a count. While strangers are trying an account, its user needs a
one-time link to sign in with a new device in a new place.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from brief_audio.db.accounts import known_places, sign_in_attempts
from brief_audio.db.accounts.sign_in_attempts import Origin, SignInLimit
from brief_audio.db.connection.engine import Database

WINDOW, SHORT_WINDOW = timedelta(minutes=15), timedelta(minutes=1)
MOST_OF_DEVICE = MOST_OF_KNOWN_PLACE = 10
MOST_OF_ACCOUNT, MOST_OF_ACCOUNT_FROM_NETWORK = 30, 10
MOST_FROM_ADDRESS, MOST_FROM_NETWORK = 20, 60
MOST_OF_ALL, ALL_FROM_NETWORK = 300, 100  # in the short window: each check takes 50 ms of one core and 64 MiB
HOUSEHOLD_BITS = {4: 32, 6: 64}  # prefix length by IP version: one household or server has all these addresses
NETWORK_BITS = {4: 24, 6: 48}  # what one customer can easily get from a provider
LONGEST_EMAIL = 254
LONGEST_ADDRESS = 45


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """A counted try, or one that has to wait and was not counted."""

    try_id: int
    wait_seconds: int = 0


def count(db: Database, email: str, address: str, *, device: str = "") -> SignInAttempt:
    """Count a try before its password is checked; simultaneous tries cannot exceed the limits.

    `device` is what identifies the user besides the address: a known device or the current session.
    """
    origin = Origin(email.lower()[:LONGEST_EMAIL], neighbourhood(address), network(address), device)
    with db.transaction() as session:
        is_known = bool(device) or known_places.is_known(session, origin.email, origin.address)
        limits = _limits(origin, is_known=is_known)
        if wait := sign_in_attempts.seconds_to_wait(session, limits):  # a flood only reads, so it delays no one
            return SignInAttempt(0, wait)
    with db.transaction() as session:
        sign_in_attempts.lock(session)
        if wait := sign_in_attempts.seconds_to_wait(session, limits):
            return SignInAttempt(0, wait)
        return SignInAttempt(sign_in_attempts.add(session, origin, is_known=is_known))


def neighbourhood(address: str) -> str:
    """Return the key to count an address under: itself, or in IPv6 the network of one household or server."""
    return _part_of(address, HOUSEHOLD_BITS)


def network(address: str) -> str:
    """Return the network around an address that may well have a single owner."""
    return _part_of(address, NETWORK_BITS)


def _limits(origin: Origin, *, is_known: bool) -> tuple[SignInLimit, ...]:
    if origin.device:
        return (sign_in_attempts.of_device(origin, MOST_OF_DEVICE, WINDOW),)
    if is_known:
        return (sign_in_attempts.of_known_place(origin, MOST_OF_KNOWN_PLACE, WINDOW),)
    return (
        sign_in_attempts.of_account(origin, MOST_OF_ACCOUNT, WINDOW),
        sign_in_attempts.of_account_from_network(origin, MOST_OF_ACCOUNT_FROM_NETWORK, WINDOW),
        sign_in_attempts.from_address(origin, MOST_FROM_ADDRESS, WINDOW),
        sign_in_attempts.from_network(origin, MOST_FROM_NETWORK, WINDOW),
        sign_in_attempts.all_from_network(origin, ALL_FROM_NETWORK, SHORT_WINDOW),
        sign_in_attempts.of_all(MOST_OF_ALL, SHORT_WINDOW),
    )


def _part_of(address: str, bits: dict[int, int]) -> str:
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST_ADDRESS]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if bits[parsed.version] == parsed.max_prefixlen:
        return str(parsed)
    return str(ip_network((int(parsed), bits[parsed.version]), strict=False))
