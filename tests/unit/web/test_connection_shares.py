"""Who gives way to a newcomer, and who is turned away."""

from dataclasses import dataclass, field

import pytest

from brief_audio.web.connection_bounds import bounds_behind
from brief_audio.web.connection_shares import FEW, Shares


@dataclass(eq=False)
class Line:
    """A connection as the shares see one."""

    origin: str
    last_sent_at: float = 0.0
    is_waiting: bool = False
    is_taking: bool = False
    gave_way: bool = field(default=False)

    def give_way(self) -> None:
        self.gave_way = True


def entered(shares: Shares, *lines: Line) -> list[Line]:
    for line in lines:
        shares.enter(line)
    return list(lines)


def test_everyone_is_let_in_while_there_is_room() -> None:
    shares = Shares(3, 2)
    entered(shares, Line("a"), Line("b"))

    assert shares.admit("a")
    assert shares.admit("c")


def test_an_address_with_its_share_gets_no_more() -> None:
    shares = Shares(10, 2)
    lines = entered(shares, Line("a"), Line("a", is_taking=True), Line("b", is_waiting=True))

    assert not shares.admit("a")
    assert shares.admit("b")
    assert not any(line.gave_way for line in lines)


def test_within_a_share_the_one_that_waits_longest_gives_way() -> None:
    shares = Shares(10, 3)
    lines = entered(shares, Line("a"), Line("a", 5.0, is_waiting=True), Line("a", 4.0, is_waiting=True))

    assert shares.admit("a")
    assert [line.gave_way for line in lines] == [False, False, True]
    assert shares.held_by("a") == 2


def test_with_no_place_left_the_address_that_holds_most_gives_way_first() -> None:
    shares = Shares(4, 4)
    oldest = Line("b", 1.0, is_waiting=True)
    lines = entered(
        shares,
        oldest,
        Line("a", 3.0, is_waiting=True),
        Line("a", 2.0, is_waiting=True),
        Line("a", 9.0, is_waiting=True),
    )

    assert shares.admit("c")
    assert [line.gave_way for line in lines] == [False, False, True, False]
    assert shares.total == 3


def test_where_each_address_holds_one_the_longest_wait_ends() -> None:
    shares = Shares(3, 3)
    lines = entered(shares, *(Line(str(second), second, is_waiting=True) for second in (2.0, 1.0, 3.0)))

    assert shares.admit("new")
    assert [line.gave_way for line in lines] == [False, True, False]


def test_many_answers_to_one_address_give_way_where_nothing_waits() -> None:
    shares = Shares(FEW + 2, None)
    many = [Line("a", second, is_taking=True) for second in range(FEW + 1)]
    many[0].is_taking = False  # a thread works on it
    entered(shares, Line("b", -1.0, is_taking=True), *many)

    assert shares.admit("c")
    assert [line for line in many if line.gave_way] == [many[1]]


def test_few_answers_to_one_address_never_give_way() -> None:
    shares = Shares(FEW, None)
    lines = entered(shares, *(Line("a", second, is_taking=True) for second in range(FEW)))

    assert not shares.admit("b")
    assert not any(line.gave_way for line in lines)


def test_an_address_takes_nothing_from_one_that_holds_no_more_than_itself() -> None:
    shares = Shares(4 * FEW, None)
    entered(shares, *(Line(origin, is_taking=True) for origin in "ab" for _ in range(2 * FEW)))

    assert not shares.admit("a")
    assert shares.admit("c")


def test_who_leaves_twice_is_counted_once() -> None:
    shares = Shares(2, 2)
    line, other = entered(shares, Line("a"), Line("a"))

    shares.leave(line)
    shares.leave(line)

    assert (shares.total, shares.held_by("a")) == (1, 1)
    shares.leave(other)
    assert (shares.total, shares.held_by("a")) == (0, 0)


@pytest.mark.parametrize(("proxies", "has_share"), [(0, True), (1, False), (2, False)])
def test_behind_proxies_no_address_has_a_share(proxies: int, has_share: bool) -> None:
    assert (bounds_behind(proxies).from_one_address is not None) is has_share
