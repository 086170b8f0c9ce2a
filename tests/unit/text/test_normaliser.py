import re
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief_audio.domain.text.english.normaliser import normalise
from brief_audio.domain.text.script_writer import write_script

CASES = [
    line.split("\t")
    for line in Path(__file__).parents[2].joinpath("data/normaliser.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
# What a newsroom's texts are made of, in wild order.
FRAGMENTS = sorted({word for written, _ in CASES for word in written.split()})
ALPHABET = string.printable + "“”‘’–—−…½²°€£¥é́中٣Ⅷ①🎉\ue000"
SPOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[ ',.?!;:\ue000-\uf8ff-]|[\u0300-\uffff])*")


@pytest.mark.parametrize(("written", "spoken"), CASES, ids=[written for written, _ in CASES])
def test_it_reads_as_a_newsreader_would(written, spoken):
    script = write_script("", written, language="en-GB")

    assert " ".join(utterance.spoken for utterance in script.utterances) == spoken


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(" ".join), st.text(ALPHABET, max_size=60)))
def test_nothing_is_left_but_words_and_the_marks_of_prosody(written):
    spoken = normalise(written.replace("\ue000", ""))

    assert not re.search(r"\d", spoken)
    assert not spoken or SPOKEN.fullmatch(spoken)


@settings(deadline=None, max_examples=100)
@given(st.integers(min_value=0, max_value=10**20), st.sampled_from(["{}", "${}m", "{}%", "{}:00", "No. {}", "{}-{}"]))
def test_every_number_becomes_words(number, form):
    spoken = normalise(form.format(number, number))

    assert spoken
    assert not re.search(r"\d", spoken)
