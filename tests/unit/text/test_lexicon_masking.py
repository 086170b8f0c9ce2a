import pytest

from brief_audio.domain.script import Pronunciation
from brief_audio.domain.text.lexicon_masking import LexiconMatcher
from brief_audio.domain.text.script_writer import write_script


def said(text: str, *rules: Pronunciation) -> str:
    masked = LexiconMatcher(rules).mask(text)
    return masked.restore(masked.text)


def spoken(text: str, *rules: Pronunciation, language: str = "en") -> str:
    return " ".join(one.spoken for one in write_script("", text, language=language, rules=rules).utterances)


def test_a_rule_replaces_whole_words_only():
    assert said("SQL, MySQL and SQLite, SQL.", Pronunciation("SQL", "sequel")) == "sequel, MySQL and SQLite, sequel."


def test_a_rule_wins_over_the_normaliser_and_is_left_alone_by_it():
    rule = Pronunciation("M25", "M 25")

    assert spoken("The M25 and the M26.", rule) == "The M 25 and the M-twenty-six."


def test_the_possessive_of_a_replaced_word_is_kept():
    assert spoken("SQL's rules", Pronunciation("SQL", "sequel")) == "sequel's rules."


def test_the_longest_rule_wins():
    rules = (Pronunciation("Reading", "redding"), Pronunciation("Reading list", "reeding list"))

    assert said("Reading list of Reading", *rules) == "reeding list of redding"


def test_no_rule_is_applied_within_what_another_said():
    assert said("a b", Pronunciation("a", "b"), Pronunciation("b", "a")) == "b a"


def test_case_matters_where_the_rule_says_so():
    rules = (Pronunciation("Polish", "poh-lish", match_case=True), Pronunciation("nice", "neece"))

    assert said("Polish polish in NICE", *rules) == "poh-lish polish in neece"


def test_of_two_rules_for_a_word_the_one_that_minds_case_comes_first():
    rules = (Pronunciation("IT", "it"), Pronunciation("IT", "I.T", match_case=True))

    assert said("IT or It", *rules) == "I.T or it"


def test_words_of_other_scripts_have_borders_too():
    assert said("हि ह", Pronunciation("ह", "ha")) == "हि ha"
    assert said("naïvety naïve", Pronunciation("naïve", "nigh-eve")) == "naïvety nigh-eve"


def test_signs_need_no_word_border():
    assert said("5+ and C++!", Pronunciation("C++", "see plus plus")) == "5+ and see plus plus!"


@pytest.mark.parametrize("written", ["Moody's report", "Moody’s  report"])
def test_apostrophes_and_spaces_match_in_every_form(written):
    assert said(written, Pronunciation("Moody's report", "it")) == "it"


def test_a_rule_may_begin_with_an_apostrophe():
    assert said("’tis late", Pronunciation("'tis", "it is")) == "it is late"


def test_a_rule_without_text_is_no_rule():
    assert said("as it was", Pronunciation(" ", "x")) == "as it was"


def test_rules_hold_in_languages_without_a_normaliser():
    assert spoken("Die SQL-Frage 5.", Pronunciation("SQL", "Sequel"), language="de") == "Die Sequel-Frage 5."


def test_more_replaced_words_than_stand_ins_leave_the_rest_as_written():
    rules = [Pronunciation(f"w{number}", f"s{number}") for number in range(6500)]

    text = said(" ".join(rule.written for rule in rules), *rules)

    assert text.startswith("s0 s1 ")
    assert text.endswith(" w6499")


class Watched(Pronunciation):
    """A rule that counts how often it is compared."""

    compared = 0

    def __hash__(self) -> int:
        Watched.compared += 1
        return hash(self.written)


def test_however_many_sentences_a_text_has_its_rules_are_compared_once():
    """Red without `LexiconMatcher` in `write_script`: a thousand rules cost as much again at each sentence."""
    assert spoken("It costs 5. " * 50, Watched("costs", "is")).startswith("It is five.")

    assert Watched.compared == 1
