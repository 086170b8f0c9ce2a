import pytest

from brief_audio.domain.text.clauses import cut
from brief_audio.domain.text.spans import Span


def pieces(text: str, limit: int) -> list[str]:
    return [text[start:end] for start, end in cut(text, Span(0, len(text)), limit)]


def test_a_short_sentence_stays_whole():
    assert pieces("Short enough.", 40) == ["Short enough."]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("He said it was over. And then, of course, it was not", "He said it was over."),
        ("It was late, so late; and the rain, the rain went on", "It was late, so late;"),
        ("The wall that fell, in the end, was the oldest of all", "The wall that fell, in the end,"),
        ("The mayor spoke for an hour and nobody listened to her", "The mayor spoke for an hour"),
        ("The wall — the oldest of all the walls — fell down today", "The wall — the oldest of all the walls"),
    ],
)
def test_a_long_sentence_is_cut_at_the_best_border(text, first):
    assert pieces(text, 40)[0] == first


def test_a_number_stays_with_its_unit_and_its_month():
    for text in ("a" * 30 + " $3.5 billion", "b" * 30 + " 12 March", "c" * 28 + " No. 10 here"):
        assert not pieces(text, 36)[-1].startswith(("billion", "March", "10"))


def test_a_sum_is_not_cut():
    assert "about 3.5 billion" in pieces("The deal is worth about 3.5 billion dollars to them", 29)


def test_a_word_longer_than_the_limit_is_cut_within():
    assert pieces("x" * 95, 40) == ["x" * 40, "x" * 40, "x" * 15]


def test_a_letter_keeps_its_accent():
    assert pieces("x" * 39 + "e\u0316\u0317" + "x" * 20, 40)[1].startswith("e\u0316\u0317")


def test_a_flood_of_accents_is_cut_all_the_same():
    assert all(len(piece) <= 40 for piece in pieces("e" + "\u0316" * 200, 40))
