import html
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from brief_audio.domain.captions import Cue, SaidText, cues, webvtt

LONG = (
    "The board said that inflation had come down more slowly than it expected, that it would wait for the spring "
    "figures before it decided anything, and that nobody should read the pause as a promise of lower rates in June."
)


def test_a_short_sentence_is_one_line():
    assert cues([SaidText("Rates held at $3.5bn.", 400, 2100)]) == (Cue(400, 2100, ("Rates held at $3.5bn.",)),)


def test_a_long_sentence_becomes_balanced_lines_of_several_cues():
    made = cues([SaidText(LONG, 1000, 13000)])

    lengths = [len(line) for cue in made for line in cue.lines]
    assert len(made) == 2
    assert max(lengths) <= 65
    assert max(lengths) - min(lengths) < 15


def test_the_cues_of_one_sentence_share_its_time_by_characters():
    first, second = cues([SaidText(LONG, 1000, 13000)])

    share = sum(map(len, first.lines)) / sum(len(line) for cue in (first, second) for line in cue.lines)
    assert (first.start_ms, second.end_ms) == (1000, 13000)
    assert first.end_ms == second.start_ms == 1000 + round(12000 * share)


def test_an_address_longer_than_a_line_is_cut():
    made = cues([SaidText("See https://example.org/" + "x" * 200, 0, 9000)])

    assert all(len(line) <= 65 for cue in made for line in cue.lines)


def test_a_text_of_spaces_makes_no_cue():
    assert cues([SaidText(" \n\t ", 0, 100)]) == ()


def test_the_file_has_its_header_and_times():
    written = webvtt([Cue(0, 1500, ("Good morning.",)), Cue(3_723_004, 3_725_000, ("Two", "lines"))])

    assert written == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nGood morning.\n\n01:02:03.004 --> 01:02:05.000\nTwo\nlines\n"
    )


def test_markup_and_arrows_are_made_safe():
    written = webvtt(cues([SaidText("A&B <b>up</b> 00:00:01.000 --> 00:00:02.000", 0, 900)]))

    assert "A&amp;B &lt;b&gt;up&lt;/b&gt; 00:00:01.000 --&gt; 00:00:02.000" in written
    assert written.count("-->") == 1


def test_no_cues_make_a_valid_empty_file():
    assert webvtt([]) == "WEBVTT\n"


@given(st.lists(st.tuples(st.text(max_size=400), st.integers(50, 60_000)), max_size=5))
def test_nothing_of_the_text_is_lost_and_every_cue_can_be_shown(spoken):
    said, at = [], 0
    for text, length_ms in spoken:
        said.append(SaidText(text, at, at + length_ms))
        at += length_ms

    made = cues(said)

    shown = "".join(line.replace(" ", "") for cue in made for line in cue.lines)
    assert shown == "".join("".join(text.split()) for text, _ in spoken)
    assert all(1 <= len(cue.lines) <= 2 and cue.start_ms < cue.end_ms for cue in made)
    assert all(0 < len(line) <= 65 for cue in made for line in cue.lines)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(made))


@given(st.text(max_size=200))
def test_a_parser_reads_back_what_was_said(text):
    made = cues([SaidText(text, 0, 1000)])

    blocks = [
        block.split("\n", 1)[1] for block in webvtt(made).removeprefix("WEBVTT\n\n").split("\n\n") if "-->" in block
    ]

    lines = [html.unescape(re.sub("\n$", "", block)).replace("\n", " ") for block in blocks]
    assert [line.split() for line in lines] == [" ".join(cue.lines).split() for cue in made]
