"""What many rules cost, and how much longer they may make an item."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from brief_audio.domain.errors import OvergrownTextError
from brief_audio.domain.script import Pronunciation, Script, by_place
from brief_audio.domain.text.growth import MOST_ADDED
from brief_audio.domain.text.lexicon_masking import LexiconMatcher
from brief_audio.domain.text.script_writer import LONGEST_SPOKEN, write_script
from brief_audio.domain.text.word_changes import word_changes

LONG = " ".join(["word"] * 80)  # what one rule may say at most, almost
ALIKE = [Pronunciation(f"the council of {number:03}", "x") for number in range(999)]
ALIKE_TO_THE_END = [Pronunciation("a " * 97 + f"{number:03}", "x") for number in range(999)]
NESTED = [Pronunciation("a " * (number % 99 + 1) + f"b{number}", "x") for number in range(999)]
CASES = [
    Pronunciation(_word, "x", match_case=True) for _word in {f"{n:010b}".translate("_" * 48 + "cC") for n in range(999)}
]


def steps(work: Callable[[], object]) -> int:
    """Return how many functions `work` calls: what it costs, the same on every machine."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (ALIKE, "the council of all " * 200),
        (ALIKE_TO_THE_END, "a " * 2000),
        (NESTED, "a " * 2000),
        (CASES, "cccccccccc " * 400),
    ],
)
def test_a_thousand_rules_that_begin_alike_cost_about_what_one_does(rules: list[Pronunciation], text: str) -> None:
    one, all_of_them = LexiconMatcher(rules[:1]), LexiconMatcher(rules)

    cost_of_one = steps(lambda: list(one.applied(text)))

    assert steps(lambda: list(all_of_them.applied(text))) < 4 * cost_of_one


def test_of_rules_within_each_other_the_longest_that_fits_is_found() -> None:
    rules = [Pronunciation("a " * count, str(count)) for count in (1, 2, 5, 17, 40)]

    found = [spoken for _, spoken in LexiconMatcher(rules).applied("a " * 40 + "x " + "a " * 39 + "x " + "a " * 4)]

    assert found == ["40", "17", "17", "5", "2", "2"]


def script(body: str, *rules: Pronunciation) -> Script:
    return write_script("", body, language="en", rules=rules)


@pytest.mark.parametrize(
    "rule",
    [
        Pronunciation("a", LONG),
        Pronunciation("a", "x" * 400),
        Pronunciation("a", "x. " * 130),
        Pronunciation("a a", LONG),
    ],
)
@pytest.mark.parametrize("body", ["a", "a a a a a a", "There is a town, and a a river."])
def test_what_a_rule_says_is_cut_into_utterances_within_the_limit(rule: Pronunciation, body: str) -> None:
    written = script(body, rule)

    assert max(len(one.spoken) for one in written.utterances) <= LONGEST_SPOKEN
    assert "".join(same[0].written for same in by_place(written.utterances)).replace(" ", "") == body.replace(" ", "")


def test_nothing_of_what_a_long_rule_says_is_lost() -> None:
    said = " ".join(one.spoken for one in script("a a", Pronunciation("a", LONG)).utterances)

    assert said.count("word") == 160


def test_a_rule_for_several_words_is_not_parted_to_shorten_what_it_says() -> None:
    rule = Pronunciation("the old bridge of the town", LONG)

    said = " ".join(one.spoken for one in script("Closed: the old bridge of the town, all week.", rule).utterances)

    assert said.count("word") == 80
    assert "bridge" not in said


def test_an_item_that_rules_make_many_times_longer_is_refused_with_the_rule() -> None:
    rules = Pronunciation("a", LONG), Pronunciation("river", "reever")

    with pytest.raises(OvergrownTextError, match=r"The rule for “a” alone adds 39,800") as caught:
        script("a " * 100 + "river", *rules)

    assert caught.value.permanent


def test_a_long_rule_is_named_by_its_beginning() -> None:
    words = "the old bridge of the town where the river turns"

    with pytest.raises(OvergrownTextError, match=r"“the old bridge of the town where the ri[a-z]*…” alone"):
        script(f"{words}. " * 100, Pronunciation(words, LONG))


def test_a_rule_may_say_much_more_than_is_written() -> None:
    times = MOST_ADDED // len(LONG)

    assert script("a " * times, Pronunciation("a", LONG)).utterances


def test_the_trace_of_what_is_cut_marks_its_words_once() -> None:
    [change] = word_changes("a town", language="en", rules=LexiconMatcher([Pronunciation("a", LONG)]))

    assert (change.written, change.spoken) == ("a", LONG)
