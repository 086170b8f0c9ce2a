import pytest

from brief_audio.domain.brief_file.markdown_text import heading_text, plain_text


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("It is **very** *good* ***news***, __really__ _so_.", "It is very good news, really so."),
        ("Use `make run` ~~later~~ now.", "Use make run later now."),
        ('See [the *report*](https://example.com/a_(b) "title").', "See the report."),
        ("See [the report][1] and ![a map](map.png).\n\n[1]: https://example.com", "See the report and a map."),
        ("[**Bold** link](x) and <https://example.com/a>", "Bold link and https://example.com/a"),
        ("Write to <news@example.com>.<br>", "Write to news@example.com."),
        ("2 * 3 * 4 is 24, snake_case_name stays", "2 * 3 * 4 is 24, snake_case_name stays"),
        (r"\*not emphasis\* and 5\. \[x\]", "*not emphasis* and 5. [x]"),
        ("- one\n- two *three*\n+ four", "one\n\ntwo three\n\nfour"),
        ("Intro:\n1. one\n2. two", "Intro:\n\n1. one\n\n2. two"),
        ("> quoted\n> text", "quoted\ntext"),
        ("One\n\n---\n\nTwo\n***\nThree", "One\n\nTwo\n\nThree"),
        ("A <!-- hidden\nremark --> b", "A  b"),
        ("a < b and c > d", "a < b and c > d"),
        ("[note] in brackets", "[note] in brackets"),
        ("wrapped *over\nlines* here", "wrapped over\nlines here"),
        ("one **paragraph\n\nnot** two", "one **paragraph\n\nnot** two"),
        ("", ""),
    ],
)
def test_only_the_words_of_markdown_are_left(markdown, plain):
    assert plain_text(markdown) == plain


@pytest.mark.timeout(10)  # it takes hundredths of a second; with work that grows by the square, half a minute
@pytest.mark.parametrize(
    "piece", ["*", "**a ", "_a ", "[", "[a](", "[a](b", "<a", "<!--", "`", "~~", "\\", "> ", "- ", "#"]
)
def test_hostile_markdown_takes_no_longer_than_its_length_asks(piece):
    plain_text(piece * (100_000 // len(piece)))


@pytest.mark.timeout(10)  # it takes hundredths of a second; with work that grows by the square, half a minute
@pytest.mark.parametrize("space", [" ", "\t", " \t"])
@pytest.mark.parametrize(
    "opening", ["### a", "[a]: x", '[a]: x "', "[a](b", "- ", "> ", "***", "a\n", "<!--", "&", "##"]
)
def test_many_spaces_take_no_longer_than_their_number_asks(opening, space):
    spaces = space * (100_000 // len(space))

    assert plain_text(f"{opening}{spaces}y").endswith("y") != (opening == "<!--")


@pytest.mark.parametrize(
    ("heading", "text"),
    [("a", "a"), (" a ## ", "a"), (" a#", "a#"), (" ##", ""), ("", ""), (" a # b ", "a # b"), (" a \\#", "a \\#")],
)
def test_the_closing_marks_of_a_heading_are_no_part_of_it(heading, text):
    assert heading_text(heading) == text
