from datetime import date

from brief_audio.domain.script import ScriptSection
from brief_audio.domain.text.script_writer import write_script
from brief_audio.sample import sample_brief

WORDS_A_MINUTE = 190  # spoken words of the default voice, measured over the sample, pauses aside


def test_the_sample_has_ten_items_and_the_date_it_is_given():
    draft = sample_brief(date(2026, 3, 20))

    assert (draft.show, draft.local_date, len(draft.items)) == ("morning-brief", date(2026, 3, 20), 10)


def test_the_sample_says_that_it_is_one():
    assert "This is a sample edition" in sample_brief(date(2026, 3, 20)).items[0].body


def test_the_sample_lasts_about_ten_minutes():
    draft = sample_brief(date(2026, 3, 20))

    scripts = [write_script(item.headline, item.body, language="en-US") for item in draft.items]

    words = sum(len(utterance.spoken.split()) for script in scripts for utterance in script.utterances)
    assert 9 <= words / WORDS_A_MINUTE <= 11
    assert all(script.utterances[0].part is ScriptSection.HEADLINE for script in scripts)
