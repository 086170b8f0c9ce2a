import pytest

from brief_audio.domain.text.sentences import sentence_spans
from brief_audio.domain.text.spans import Span

CASES = """\
The council approved the budget on Tuesday.|It passed by 14 votes to 3.
Dr. Smith lives at 221B Baker Street.|She moved there in Jan. 2024.
Mr. Nguyen's appeal was rejected by the U.S. Supreme Court.|He will try again.
The company lost $4.2 billion last year.|Shares fell 3.5 percent.
He left at 6:45 a.m. and returned at 9 p.m. the next day.
It opened at 6 a.m.|The queue was long.
At 5 p.m. GMT the ship sailed.|It carried 3,000 tonnes.
She works for Acme Inc. in the U.S. and for Beta Ltd. in Wales.|Both declined to comment.
“Is it safe?” he asked.|Nobody answered.
Could anyone have known?|No!
Sen. Amy Vale (D-Ohio) met Gov. Tom Hale on Jan. 6.|They spoke for an hour.
Visit example.com or www.example.org/news for more.|It is free.
He finished No. 10 of 12.|Not bad.
He said no.|Then he left.
Wait ... what?|Yes.
Prices rose, e.g. for bread and milk, i.e. the basics.|Wages did not.
Growth was 2.1% vs. 1.8% expected.|Analysts cheered.
Yahoo! shares rose.|Investors were glad.
J. K. Marsh wrote it.|It sold well.
Prof. Li et al. published in Nature.|The effect is small.
I was born in Portland, Ore. and raised in Seattle, Wash. by aunts.
“No,” said Ms. Ito.|“Never.”|She left.
It was 5 ft. 6 in. tall.|Nobody measured it again.
Approx. 300 people came.|Fig. 3 shows why.
He asked, "Why?"|"Because," she said.
1. Bread is up.
Tickets are at merrow.example or on 555-0142.|They are free.
"""


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_sentences_end_where_a_reader_ends_them(case):
    text = case.replace("|", " ")

    spans = sentence_spans(text, Span(0, len(text)), "en")

    assert [text[start:end] for start, end in spans] == case.split("|")


def test_a_wrapped_line_does_not_end_a_sentence():
    text = "The mayor\nspoke. She\nleft."

    spans = list(sentence_spans(text, Span(0, len(text)), "en"))

    assert [text[start:end] for start, end in spans] == ["The mayor\nspoke.", "She\nleft."]


def test_offsets_count_from_the_start_of_the_whole_text():
    text = "🎉 skip this. One. Two."

    spans = list(sentence_spans(text, Span(13, len(text)), "en"))

    assert [text[start:end] for start, end in spans] == ["One.", "Two."]


def test_other_languages_are_segmented_by_their_own_rules():
    text = "Das ist Dr. Maier. Er wohnt hier."

    spans = list(sentence_spans(text, Span(0, len(text)), "de-AT"))

    assert [text[start:end] for start, end in spans] == ["Das ist Dr. Maier.", "Er wohnt hier."]
