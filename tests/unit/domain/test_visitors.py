"""Who counts as one visitor."""

import pytest

from brief_audio.domain.visitors import counted_as


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("x" * 1000, "x" * 45),
    ],
)
def test_a_visitor_is_an_address_or_a_home_network(address: str, visitor: str) -> None:
    assert counted_as(address) == visitor
