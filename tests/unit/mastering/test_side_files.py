"""The captions beside the audio, from where everything stands."""

from pathlib import Path

from brief_audio.domain.script import ScriptSection, Utterance
from brief_audio.mastering.base import SpokenItem
from brief_audio.mastering.side_files import write_captions
from brief_audio.mastering.timeline import PlacedItem, PlacedUtterance, Timeline


def test_words_that_a_voice_needs_several_breaths_for_are_one_caption(tmp_path: Path) -> None:
    breaths = [Utterance(ScriptSection.BODY, 0, 6, "a town", said) for said in ("a place where", "people live.")]
    next_one = Utterance(ScriptSection.BODY, 7, 13, "It is.", "It is.")
    item = SpokenItem(1, "News", (*breaths, next_one), tmp_path / "1.flac")
    places = [(44_100, 88_200), (90_000, 132_300), (176_400, 220_500)]
    placed = tuple(PlacedUtterance(one, *place) for one, place in zip(item.utterances, places, strict=True))

    write_captions(tmp_path / "captions.vtt", Timeline((PlacedItem(item, placed),), 220_500))

    captions = (tmp_path / "captions.vtt").read_text(encoding="utf-8")
    assert "00:00:01.000 --> 00:00:03.000\na town" in captions
    assert captions.count("a town") == 1
    assert "00:00:04.000 --> 00:00:05.000\nIt is." in captions
