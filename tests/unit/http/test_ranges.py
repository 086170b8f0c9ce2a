"""Ranges and preconditions, by RFC 9110, sections 13 and 14."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brief_audio.http.ranges import Decision, ObjectFacts, decide

MODIFIED = datetime(2026, 3, 20, 5, 3, 7, 654_321, tzinfo=UTC)
FACTS = ObjectFacts(size_bytes=1000, etag="abc", modified_at=MODIFIED)
WHOLE = Decision(200, 0, 1000)


def http_date(instant: datetime) -> str:
    return format_datetime(instant.replace(microsecond=0), usegmt=True)


def get(**headers: str) -> Decision:
    return decide("GET", {name.replace("_", "-"): value for name, value in headers.items()}, FACTS)


EQUAL, LATER, EARLIER = (http_date(MODIFIED + timedelta(seconds=shift)) for shift in (0, 60, -60))


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, 1000),
        ("bytes=-100", 900, 1000),
        ("bytes=0-1", 0, 2),
        ("bytes=999-999", 999, 1000),
        ("bytes=0-99999999999", 0, 1000),
        ("bytes=-5000", 0, 1000),
        ("Bytes=0-9", 0, 10),
        ("bytes= 0-9 ", 0, 10),
        ("bytes=0-9,", 0, 10),
        ("bytes=,0-9", 0, 10),
        ("bytes=000000-0009", 0, 10),
        ("bytes=10-" + "9" * 5000, 10, 1000),
        ("bytes=-" + "9" * 5000, 0, 1000),
    ],
)
def test_one_range_is_sent_alone(wanted: str, start: int, end: int) -> None:
    assert get(Range=wanted) == Decision(206, start, end)


@pytest.mark.parametrize("wanted", ["bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=" + "9" * 5000 + "-"])
def test_a_range_past_the_end_cannot_be_sent(wanted: str) -> None:
    assert get(Range=wanted).status == 416


@pytest.mark.parametrize(
    "wanted",
    [
        "items=0-5",
        "bytes=abc",
        "bytes=9-5",
        "bytes=0-9,20-29",
        "bytes=",
        "bytes",
        "bytes=-",
        "bytes=--5",
        "bytes=0x1-5",
        "bytes=+1-5",
        "bytes=1 - 5",
        "bytes=\N{ARABIC-INDIC DIGIT ONE}-5",
        "bytes=0-9, bytes=10-19",
        "",
    ],
)
def test_anything_else_gets_the_whole(wanted: str) -> None:
    assert get(Range=wanted) == WHOLE


def test_head_ignores_a_range() -> None:
    assert decide("HEAD", {"Range": "bytes=0-9"}, FACTS) == WHOLE


def test_an_empty_object_has_no_ranges() -> None:
    empty = ObjectFacts(0, "abc", MODIFIED)

    assert decide("GET", {"Range": "bytes=0-9"}, empty) == Decision(200, 0, 0)


@pytest.mark.parametrize("condition", ['"abc"', EQUAL])
def test_if_range_lets_a_part_of_the_same_object_through(condition: str) -> None:
    assert get(Range="bytes=0-9", If_Range=condition) == Decision(206, 0, 10)


@pytest.mark.parametrize("condition", ['"x"', 'W/"abc"', '"abc", "x"', LATER, EARLIER, "yesterday", ""])
def test_if_range_of_another_object_sends_the_whole(condition: str) -> None:
    assert get(Range="bytes=0-9", If_Range=condition) == WHOLE


def test_if_range_counts_before_a_range_past_the_end() -> None:
    assert get(Range="bytes=5000-", If_Range='"x"') == WHOLE


@pytest.mark.parametrize("condition", ['"abc"', 'W/"abc"', '"x", "abc"', '"x",W/"abc"', "*", " * "])
def test_a_known_tag_needs_no_body(condition: str) -> None:
    assert get(If_None_Match=condition).status == 304
    assert get(If_None_Match=condition, Range="bytes=0-9").status == 304
    assert decide("HEAD", {"If-None-Match": condition}, FACTS).status == 304


@pytest.mark.parametrize("condition", ['"x"', "abc", '"ab"', ""])
def test_an_unknown_tag_gets_the_whole_whatever_the_date_says(condition: str) -> None:
    assert get(If_None_Match=condition, If_Modified_Since=LATER) == WHOLE


@pytest.mark.parametrize(("since", "status"), [(EQUAL, 304), (LATER, 304), (EARLIER, 200), ("soon", 200)])
def test_a_date_is_compared_by_the_second(since: str, status: int) -> None:
    assert get(If_Modified_Since=since).status == status


@pytest.mark.parametrize(
    "written", ["Fri, 20 Mar 2026 05:03:07 GMT", "Friday, 20-Mar-26 05:03:07 GMT", "Fri Mar 20 05:03:07 2026"]
)
def test_all_three_forms_of_a_date_are_read(written: str) -> None:
    assert get(If_Modified_Since=written).status == 304


@pytest.mark.parametrize(("condition", "status"), [('"abc"', 200), ("*", 200), ('"z"', 412), ('W/"abc"', 412)])
def test_if_match_compares_strongly(condition: str, status: int) -> None:
    assert get(If_Match=condition).status == status


@pytest.mark.parametrize(("since", "status"), [(EQUAL, 200), (LATER, 200), (EARLIER, 412), ("soon", 200)])
def test_an_object_that_changed_since_is_refused(since: str, status: int) -> None:
    assert get(If_Unmodified_Since=since).status == status


def test_if_match_outweighs_the_date() -> None:
    assert get(If_Match='"abc"', If_Unmodified_Since=EARLIER) == WHOLE


def test_a_failed_precondition_comes_before_a_known_tag() -> None:
    assert get(If_Match='"z"', If_None_Match='"abc"').status == 412


def test_a_date_too_large_for_a_calendar_is_ignored() -> None:
    assert get(If_Modified_Since="Fri, 20 Mar 2026 05:03:07 +99999999999999").status == 200


@given(first=st.integers(0, 3000), last=st.integers(0, 3000), size=st.integers(1, 2000))
def test_a_bounded_range_is_what_slicing_would_give(first: int, last: int, size: int) -> None:
    content = bytes(size)
    decision = decide("GET", {"Range": f"bytes={first}-{last}"}, ObjectFacts(size, "abc", MODIFIED))

    if last < first:
        assert decision == Decision(200, 0, size)
    elif first >= size:
        assert decision.status == 416
    else:
        assert decision.status == 206
        assert decision.length == len(content[first : last + 1])
        assert decision.start == first


HEADERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.text(max_size=40)
        | st.from_regex(r"\A(bytes|items)=[0-9]{0,25}-[0-9]{0,25}(,[0-9-]{0,5})?\Z")
        | st.sampled_from(['"abc"', 'W/"abc"', "*", EQUAL, LATER, EARLIER])
        for name in ("Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")
    },
)


@given(method=st.sampled_from(["GET", "HEAD"]), headers=HEADERS, size=st.integers(0, 10**13))
def test_no_header_breaks_the_rules(method: str, headers: dict[str, str], size: int) -> None:
    decision = decide(method, headers, ObjectFacts(size, "abc", MODIFIED))

    assert decision.status in {200, 206, 304, 412, 416}
    assert 0 <= decision.start <= decision.end <= size
    if decision.status == 200:
        assert decision.length == size
    if decision.status == 206:
        assert method == "GET"
        assert decision.length > 0
