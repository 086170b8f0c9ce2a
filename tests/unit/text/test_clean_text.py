import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.text.clean_text import clean_text


def test_bytes_are_read_as_utf_8():
    assert clean_text("naïve £5".encode(), "body") == "naïve £5"


def test_bytes_that_are_not_utf_8_are_refused_with_their_position():
    with pytest.raises(InvalidInputError, match=r"the body is not UTF-8: byte 0xff at position 3"):
        clean_text(b"abc\xff", "the body")


def test_letters_and_accents_are_composed():
    assert clean_text("cafe\u0301", "body") == "café"


def test_an_accent_meets_its_letter_when_a_zero_width_space_leaves():
    assert clean_text("cafe\u200b\u0301", "body") == "café"


@pytest.mark.parametrize(
    "unprintable",
    [
        "\x00",
        "\x08",
        "\x1b",
        "\x7f",
        "\u200b",
        "\u200f",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\xad",
        chr(0xD800),
        "\ue000",
        "\ufdd0",
        "\uffff",
        "\U000f0000",
    ],
)
def test_unprintable_characters_leave_nothing_behind(unprintable):
    assert clean_text(f"a{unprintable}b", "body") == "ab"


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_line_ends_of_every_kind_become_newlines(line_end):
    assert clean_text(f"one{line_end}two", "body") == "one\ntwo"


def test_tabs_inner_spaces_and_emoji_stay():
    assert clean_text("  a\tb  c\n\n🎉 ", "body") == "a\tb  c\n\n🎉"


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_cleaning_twice_changes_nothing_more(text):
    once = clean_text(text, "body")

    assert clean_text(once, "body") == once
    assert unicodedata.is_normalized("NFC", once)


JOINED = ["👩\u200d🚀", "❤\ufe0f\u200d🔥", "👩🏽\u200d⚖\ufe0f", "می\u200cروم", "क्\u200dष", "ක්\u200dෂ", "ه\u200d"]


@pytest.mark.parametrize("joined", JOINED)
def test_joiners_stay_where_a_reader_sees_what_they_do(joined):
    assert clean_text(f"a {joined} b", "body") == f"a {joined} b"


@pytest.mark.parametrize("loose", ["\u200c", "\u200d", "\u200d\u200c\u200d"])
def test_joiners_leave_where_they_only_hide(loose):
    assert clean_text(f"{loose}a{loose}b 🎉{loose}c{loose}", "body") == "ab 🎉c"
    assert clean_text(f"cafe{loose}\u0301", "body") == "café"


@given(st.text("نكe क्👩♂\ufe0f\u064b\u0301\u0653\u0627\u200b\u200c\u200d", max_size=12))
def test_cleaning_joiners_twice_changes_nothing_more(text):
    once = clean_text(text, "body")

    assert clean_text(once, "body") == once
    assert unicodedata.is_normalized("NFC", once)
