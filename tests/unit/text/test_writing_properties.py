import string

from hypothesis import given, settings
from hypothesis import strategies as st

from brief_audio.domain.errors import UnspeakableTextError
from brief_audio.domain.script import Script
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.domain.text.script_writer import write_script

SENTENCES = (
    "Dr. Hale paid $3.5bn on 12 March 2026.", "—", "***", "\n\n", "\n", "“Why?” she asked.", "- one entry", "1. first",
    "https://example.com/a", "🎉", "no stop", "a" * 300, "1" * 300, "word " * 90, "He left at 6 a.m. GMT.", "\t",
    "cafe\u0301",
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(SENTENCES), max_size=12).map(" ".join),
    st.lists(st.sampled_from(SENTENCES), max_size=12).map("\n".join),
    st.text(max_size=200),
    st.text(string.printable + "“”–—…½€\u2028\u0301", max_size=400),
)


def write(body: str, language: str) -> Script | None:
    try:
        return write_script("", body, language=language)
    except UnspeakableTextError:
        return None


@settings(deadline=None, max_examples=40)
@given(TEXTS, st.sampled_from(["en", "de", "ja"]))
def test_nothing_of_the_authors_text_is_lost_or_said_twice(body, language):
    cleaned = clean_text(body, "body")
    script = write(body, language)

    reached = 0
    for utterance in script.utterances if script else ():
        assert not cleaned[reached : utterance.start].strip()
        assert utterance.written == cleaned[utterance.start : utterance.end]
        assert utterance.start < utterance.end
        reached = utterance.end
    assert script is None or not cleaned[reached:].strip()


@settings(deadline=None, max_examples=30)
@given(TEXTS)
def test_every_utterance_says_something_and_ends_with_a_mark(body):
    script = write(body, "en-US")

    for utterance in script.utterances if script else ():
        assert any(character.isalpha() for character in utterance.spoken)
        assert utterance.spoken[-1] in ".,?!;:"


@settings(deadline=None, max_examples=30)
@given(TEXTS)
def test_the_same_text_gives_the_same_script(body):
    assert write(body, "en") == write(clean_text(body, "body"), "en")
