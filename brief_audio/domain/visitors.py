"""What counts as one visitor when visitors are counted by address."""

from ipaddress import IPv6Address, IPv6Network, ip_address

HOME_PREFIX = 64  # bits of an IPv6 address: a home or server gets a whole /64
LONGEST = 45


def counted_as(address: str) -> str:
    """Return the address that `address` is counted as: itself, or the /64 network of an IPv6 address."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST]
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known), HOME_PREFIX), strict=False))
