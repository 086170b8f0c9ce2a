import pytest

from brief_audio.domain.text.english import numbers_in_words


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1066, "ten sixty-six"),
        (1900, "nineteen hundred"),
        (1905, "nineteen oh five"),
        (2000, "two thousand"),
        (2008, "two thousand and eight"),
        (2010, "twenty ten"),
        (2026, "twenty twenty-six"),
    ],
)
def test_years_are_said_in_pairs(number, said):
    assert numbers_in_words.year(number) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(1990, "nineteen nineties"), (60, "sixties"), (1900, "nineteen hundreds"), (2010, "twenty tens")],
)
def test_decades_are_many(number, said):
    assert numbers_in_words.decade(number) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1,234.50", "one thousand two hundred and thirty-four point five zero"),
        (".5", "zero point five"),
        ("007", "zero zero seven"),
        ("2.0.1", "two point zero point one"),
        ("1" * 16, " ".join(["one"] * 16)),
        ("1" * 16 + ".5", " ".join(["one"] * 16) + " point five"),
    ],
)
def test_amounts_are_said_as_they_are_written(written, said):
    assert numbers_in_words.amount(written) == said


def test_letters_are_dotted_and_hyphened_before_an_ending():
    assert numbers_in_words.letters("BBC") == "B.B.C"
    assert numbers_in_words.letters("MP", "s") == "M-P's"
