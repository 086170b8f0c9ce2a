from collections import deque

import pytest

from brief_audio.domain.text.script_writer import write_script
from brief_audio.domain.text.sentences import sentence_spans
from brief_audio.domain.text.spans import Span

# What could lead a pattern to look at the same characters again and again.
SEEDS = ("1,", "9", "$1 ", "1.", "%", "1%", "2026-", "$9", "1/2", "½", "#1 ", "$1-", "555-", "+49 ", "１", "A. ", "1. ",
         "a-", "-", "Dr. ", "No. ", "p. m. ", "\u0301", "a@", "& ", "'", '" ')  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_a_text_of_one_thing_over_and_over_is_written_whole(seed):
    text = "Go " + seed * (600 // len(seed))

    script = write_script("", text, language="en")

    assert script.utterances[-1].end == len(text.rstrip())


@pytest.mark.timeout(10)  # it takes hundredths of a second; with work that grows by the square, half a minute
@pytest.mark.parametrize("seed", [*SEEDS, "? ", '." ', "p.m. 1 "])
def test_a_long_text_of_one_thing_is_parted_into_sentences(seed):
    text = "Go " + (seed * (60_000 // len(seed))).rstrip()

    assert deque(sentence_spans(text, Span(0, len(text)), "en"), maxlen=1).pop().end == len(text)
