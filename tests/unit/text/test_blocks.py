import pytest

from brief_audio.domain.text.blocks import blocks


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in blocks(text)]


def test_an_empty_line_parts_paragraphs():
    assert split("One two\n \t\nthree\n\n\nfour") == ["One two", "three", "four"]


def test_a_text_of_nothing_but_space_has_no_blocks():
    assert split(" \n\n \t ") == []


def test_lines_that_an_editor_wrapped_stay_together():
    wrapped = (
        "The council met on Tuesday evening in the old\n"
        "town hall, and after three hours its members\n"
        "agreed to mend the bridge."
    )

    assert split(wrapped) == [wrapped]


def test_a_line_that_had_room_for_the_next_word_was_broken_on_purpose():
    text = "Bridge shut\nThe bridge has been shut since the floods of January, the council said."

    assert split(text) == text.split("\n")


def test_short_lines_stand_for_themselves():
    assert split("Rovers win\nCity lose") == ["Rovers win", "City lose"]


@pytest.mark.parametrize("marker", ["-", "*", "•", "2.", "(3)", "b)"])
def test_list_entries_stand_for_themselves(marker):
    first = "a" * 60

    assert split(f"{first}\n{marker} {'b' * 60}") == [first, f"{marker} {'b' * 60}"]
