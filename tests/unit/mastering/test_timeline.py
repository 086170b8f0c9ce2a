from datetime import UTC, datetime

import numpy as np
import pytest

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import MasteringError
from brief_audio.domain.script import ScriptSection, Utterance
from brief_audio.mastering.base import Chapter, EditionContent, Pauses, SpokenItem
from brief_audio.mastering.narration_file import write_narration
from brief_audio.mastering.timeline import chapters, lay_out

HEADLINE, BODY = ScriptSection.HEADLINE, ScriptSection.BODY


@pytest.fixture
def programme_of(tmp_path):
    def make(*items, pauses=None):
        spoken = []
        for number, (parts, lengths) in enumerate(items, 1):
            path = tmp_path / f"{number}.flac"
            write_narration(path, [Sound(np.full(length, 0.5, np.float32), 22050) for length in lengths])
            said = tuple(Utterance(part, 0, 1, "x", "x") for part in parts)
            spoken.append(SpokenItem(number, f" Item\n{number} ", said, path))
        pauses = pauses or Pauses(opening_ms=100, after_sentence_ms=200, after_headline_ms=300, after_item_ms=400)
        return EditionContent(
            "Show",
            "show",
            "Title",
            "en",
            None,
            1,
            ("joe",),
            tuple(spoken),
            pauses,
            None,
            datetime(2026, 1, 1, tzinfo=UTC),
        )

    return make


def _times(timeline):
    return [[(one.start, one.end) for one in placed.utterances] for placed in timeline.items]


def test_every_pause_stands_where_it_belongs(programme_of):
    programme = programme_of(
        ([HEADLINE, HEADLINE, BODY, BODY], [1000, 1000, 1000, 1000]), ([HEADLINE, BODY], [1000, 1000])
    )

    timeline = lay_out(programme)

    assert _times(timeline) == [
        [(4410, 6410), (15230, 17230), (30460, 32460), (41280, 43280)],
        [(60920, 62920), (76150, 78150)],
    ]
    assert timeline.length == 78150


@pytest.mark.parametrize("part", [HEADLINE, BODY])
def test_an_item_may_have_one_part_only(programme_of, part):
    timeline = lay_out(programme_of(([part, part], [1000, 1000])))

    assert _times(timeline) == [[(4410, 6410), (15230, 17230)]]


def test_pauses_are_exact_to_the_sample(programme_of):
    pauses = Pauses(opening_ms=1, after_sentence_ms=333, after_headline_ms=0, after_item_ms=0)

    timeline = lay_out(programme_of(([BODY, BODY], [10, 10]), ([BODY], [10]), pauses=pauses))

    assert _times(timeline) == [[(44, 64), (64 + 14685, 84 + 14685)], [(14769, 14789)]]


def test_chapters_cover_the_whole_file(programme_of):
    timeline = lay_out(programme_of(([HEADLINE], [22050]), ([HEADLINE], [22050]), ([HEADLINE], [22050])))

    assert chapters(timeline) == (
        Chapter(1, "Item 1", 0, 1500),
        Chapter(2, "Item 2", 1500, 2900),
        Chapter(3, "Item 3", 2900, 3900),
    )


def test_a_chapter_without_a_headline_is_named_by_its_place(programme_of, tmp_path):
    programme = programme_of(([BODY], [22050]))
    item = SpokenItem(7, " ", programme.items[0].utterances, programme.items[0].narration)

    timeline = lay_out(EditionContent(*(getattr(programme, name) for name in list(programme.__slots__)[:7]), (item,), *(
        getattr(programme, name) for name in list(programme.__slots__)[8:])))  # fmt: skip

    assert chapters(timeline)[0].title == "Item 7"


def test_a_narration_that_does_not_fit_its_item_is_refused(programme_of):
    with pytest.raises(MasteringError, match="item 1 has audio for 2 instead of 1 utterances"):
        lay_out(programme_of(([BODY], [1000, 1000])))


def test_a_programme_without_items_is_refused(programme_of):
    with pytest.raises(MasteringError, match="without items"):
        lay_out(programme_of())
