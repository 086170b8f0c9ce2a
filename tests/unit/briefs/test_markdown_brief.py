from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brief_audio.domain.brief_file import BriefDraft, ItemDraft, parse_brief_text
from brief_audio.domain.errors import InvalidInputError

TODAY = date(2026, 3, 20)
FRONT = "---\nshow: morning-brief\ndate: 2026-03-20\n---\n"
WHOLE = FRONT + "# Friday\n\n## Rates rise\n\nIt was expected.\n"


def parse(text: str, **given: Any) -> BriefDraft:
    return parse_brief_text(text, Path("brief.md"), **{"show": None, "local_date": None, "today": TODAY} | given)


def refusal(text: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        parse(text)
    return str(caught.value)


def test_a_whole_brief_is_read():
    text = (
        "---\n# a remark\nshow: 'morning-brief'\n\ndate: 2026-03-20\n---\n\n# *Friday*\n\n"
        "## Rates **rise** ##\nSource: <https://example.com/a>\nVoice: joe\n\nIt was\nexpected.\n\nYes.\n"
        "## Gas falls\nSource: nobody said.\n"
    )

    assert parse(text) == BriefDraft(
        show="morning-brief",
        local_date=date(2026, 3, 20),
        title="Friday",
        items=(
            ItemDraft("Rates rise", "It was\nexpected.\n\nYes.", "https://example.com/a", "joe"),
            ItemDraft("Gas falls", "Source: nobody said."),
        ),
    )


def test_front_matter_may_be_left_out_where_the_options_say_it():
    draft = parse("# Friday\n## A\nb", show="evening", local_date=date(2026, 1, 2))

    assert (draft.show, draft.local_date, draft.title) == ("evening", date(2026, 1, 2), "Friday")


def test_line_ends_of_other_systems_are_understood():
    assert parse(WHOLE.replace("\n", "\r\n")) == parse(WHOLE)


def test_headings_below_the_headline_and_code_are_text():
    draft = parse(FRONT + "# Friday\n## A\n### Why\nBecause.\n```\n## not a headline\n```\n")

    assert [item.body for item in draft.items] == ["Why\n\nBecause.\n\n## not a headline"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\nshow: a\n", "line 1: the front matter that starts here has no closing ---"),
        (WHOLE.replace("date:", "author: x\ndate:"), "line 3: 'author' is not a known key (known: show, date)"),
        (WHOLE.replace("date:", "show: b\ndate:"), "line 3: 'show' appears twice"),
        (WHOLE.replace("date:", "?\ndate:"), "line 3: a front matter line must look like `key: value`"),
        (WHOLE.replace("2026-03-20", "20 March"), "line 3: '20 March' is not a date"),
        (WHOLE.replace("morning-brief", "Morning"), "line 2: 'Morning' is not a slug"),
        (WHOLE.replace("# Friday", "# Friday\nHello."), "line 6: is text before the first item; only the title"),
        (WHOLE + "# Saturday\n", "line 10: is a second title; the first is on line 5"),
        (WHOLE.replace("# Friday\n", "", 1), "the title is missing"),
        (WHOLE.replace("# Friday", "#"), "line 5: the title is empty"),
        (WHOLE + "## \n\nText", "line 10: the headline is empty"),
        (WHOLE + "## Empty\n\n", "line 10: the item has no text"),
        (WHOLE + "## Only a source\nSource: https://example.com\n", "line 10: the item has no text"),
        (WHOLE + "## A\nSource: ftp://example.com\n\nText", "line 11: 'ftp://example.com' is not a web address"),
        (WHOLE + "## A\nVoice: a\nvoice: b\n\nText", "line 12: is a second voice; the first is on line 11"),
        (FRONT + "# Friday\n", "the brief has no items"),
        (WHOLE + "\n| A | B |\n|---|:-:|\n| 1 | 2 |\n", "line 11: a table cannot be read aloud: write it as sentences"),
        (WHOLE + "\nA | B\n--|--\n1 | 2\n", "line 11: a table cannot be read aloud"),
        (WHOLE + "## Joy\n\n🎉\n", "line 12: the item contains nothing that can be spoken: '🎉'"),
        (WHOLE + "## A\nb\n" * 1000, "line 2008: is one item too many: the brief has 1,001"),
        (WHOLE.replace("date:", "\x1b[2J: x\ndate:"), r"line 3: '\x1b[2J' is not a known key"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line_and_nothing_else(text, reason):
    message = refusal(text)

    assert reason in message
    assert message.startswith("brief.md: ")


def test_an_empty_file_lacks_everything():
    assert [line.split(" (")[0].strip() for line in refusal("").splitlines()[1:]] == [
        "the show is missing",
        "the date is missing",
        "the title is missing",
        "the brief has no items",
    ]


def test_a_line_with_an_upright_stroke_is_no_table():
    body = "Either | or.\n\n---\n\n```\n| A |\n|---|\n```"

    assert parse(FRONT + "# Friday\n## A\n" + body).items[0].body.startswith("Either | or.")


def test_entities_become_their_characters_once_in_titles_headlines_and_bodies():
    draft = parse(
        FRONT + "# R&amp;D\n## Salt &#38; pepper\n2 &lt; 3&nbsp;km, &amp;lt; &copy &nosuch; \\&amp; &lt;b&gt;\n"
    )

    assert (draft.title, draft.items[0].headline) == ("R&D", "Salt & pepper")
    assert draft.items[0].body == "2 < 3\u00a0km, &lt; &copy &nosuch; &amp; <b>"


@pytest.mark.timeout(10)  # it takes hundredths of a second; with work that grows by the square, half a minute
@pytest.mark.parametrize("heading", ["#", "##", "###"])
@pytest.mark.parametrize("space", [" ", "\t", " \t"])
def test_a_heading_of_a_hundred_thousand_characters_is_only_too_long(heading, space):
    line = f"{heading} a{space * (100_000 // len(space))}y"

    if heading == "###":
        assert parse(f"{WHOLE}{line}\n").items[0].body.endswith("y")
    else:
        draft = parse(f"{FRONT}{line}\n## B\nc" if heading == "#" else f"{FRONT}# A\n{line}\nc")
        assert "a y" in {draft.title, draft.items[0].headline}


def test_very_many_empty_lines_are_passed_over():
    assert parse(FRONT + "# Friday\n## A\n" + "\n" * 100_000 + "b").items[0].body == "b"
