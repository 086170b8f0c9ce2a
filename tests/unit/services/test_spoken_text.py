"""What would be spoken of an item, put together for its page."""

from brief_audio.domain.script import Pronunciation
from brief_audio.services.briefs.spoken_text import MOST_SHOWN, ItemText, SpokenText, Words, spoken

LEXICON = (Pronunciation("Norrhaven", "NOR-ha-ven"),)


def of(headline: str, body: str) -> SpokenText:
    return spoken(ItemText("dawn-1", "News", "Dawn", 1, headline, body, "en-US", LEXICON))


def test_the_authors_text_is_whole_with_what_is_changed_marked() -> None:
    text = of("Norrhaven grows", "It has 90,000 homes.\n\nIt had none.")

    assert text.headline == (Words("Norrhaven", "NOR-ha-ven"), Words(" grows"))
    assert text.body == (Words("It has "), Words("90,000", "ninety thousand"), Words(" homes.\n\nIt had none."))
    assert text.utterances == ("NOR-ha-ven grows.", "It has ninety thousand homes.", "It had none.")


def test_the_same_change_is_told_once_with_how_often() -> None:
    text = of("", "From $5 to a price in Norrhaven. Then Norrhaven again.")

    assert [(one.written, one.times, one.rules) for one in text.otherwise] == [
        ("$5", 1, ("money",)),
        ("Norrhaven", 2, ("lexicon",)),
    ]


def test_a_text_that_cannot_be_said_says_so() -> None:
    text = of("Fine", "…")

    assert "nothing that can be spoken" in text.refused
    assert text.body == (Words("…"),)


def test_of_a_long_text_the_beginning_is_shown_up_to_a_word() -> None:
    text = of("Long", "words " * 1000)

    shown = "".join(one.written for one in text.body)
    assert text.is_cut
    assert len(shown) <= MOST_SHOWN
    assert shown.endswith("words")


def test_one_word_that_is_longer_than_what_is_shown_is_cut_in_the_middle() -> None:
    assert len("".join(one.written for one in of("Long", "w" * 5000).body)) == MOST_SHOWN


def test_a_short_text_is_not_cut() -> None:
    assert not of("Short", "It is.").is_cut


def test_words_that_take_several_breaths_are_shown_once() -> None:
    long_rule = Pronunciation("a", " ".join(["word"] * 80))

    text = spoken(ItemText("dawn-1", "News", "Dawn", 1, "", "They met a man.", "en-US", (long_rule,)))

    assert text.body == (Words("They met "), Words("a", long_rule.spoken), Words(" man."))
    assert [one.times for one in text.otherwise] == [1]
    assert len(text.utterances) == 2


def test_an_item_that_a_rule_makes_many_times_longer_says_which() -> None:
    long_rule = Pronunciation("a", " ".join(["word"] * 80))

    text = spoken(ItemText("dawn-1", "News", "Dawn", 1, "", "a " * 200, "en-US", (long_rule,)))

    assert "The rule for “a” alone" in text.refused
