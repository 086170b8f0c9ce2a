"""A whole programme mastered with the real ffmpeg and examined with other ears than the product's."""

import hashlib
import json
import re
from itertools import pairwise

import mutagen.id3
import mutagen.mp3
import numpy as np
import pytest
import soundfile

from brief_audio.mastering.base import Pauses
from brief_audio.mastering.master import master

pytestmark = pytest.mark.slow
PAUSES = Pauses(opening_ms=400, after_sentence_ms=350, after_headline_ms=700, after_item_ms=1200)


def _expected_samples(items):
    """Count by hand: every sound at 44.1 kHz and every pause."""
    total = round(44.1 * PAUSES.opening_ms) + (len(items) - 1) * round(44.1 * PAUSES.after_item_ms)
    for sounds in items:
        total += sum(-(-len(sound.samples) * 44100 // sound.rate_hz) for sound in sounds)
        total += round(44.1 * PAUSES.after_headline_ms) + (len(sounds) - 2) * round(44.1 * PAUSES.after_sentence_ms)
    return total


def test_a_programme_becomes_a_verified_file(make_programme, items_of, work_dir, listen):
    items = items_of(4)

    mastered = master(make_programme(items, pauses=PAUSES), work_dir)

    heard = listen(mastered.audio)
    assert abs(heard.loudness_lufs + 16) <= 0.5
    assert heard.true_peak_dbtp <= -1.0
    assert mastered.loudness_lufs == pytest.approx(heard.loudness_lufs, abs=0.11)
    assert mastered.true_peak_dbtp == pytest.approx(heard.true_peak_dbtp, abs=0.11)
    assert mastered.size_bytes == mastered.audio.stat().st_size > 1024
    assert mastered.sha256 == hashlib.sha256(mastered.audio.read_bytes()).hexdigest()
    assert mastered.duration_ms == round(_expected_samples(items) / 44.1)


def test_two_decoders_find_exactly_the_samples_that_were_joined(make_programme, items_of, work_dir, decode):
    items = items_of(3)

    mastered = master(make_programme(items, pauses=PAUSES), work_dir)

    assert len(decode(mastered.audio)) == _expected_samples(items)
    assert soundfile.info(mastered.audio).frames == _expected_samples(items)


def test_everything_is_heard_where_the_captions_and_chapters_say(make_programme, items_of, work_dir, decode):
    programme = make_programme(items_of(3), pauses=PAUSES)

    mastered = master(programme, work_dir)

    sound = decode(mastered.audio)
    manifest = json.loads(mastered.manifest.read_text())
    said = [one for item in manifest["items"] for one in item["utterances"]]
    for before, after in pairwise(said):
        middle = slice(int(44.1 * (before["end_ms"] + 60)), int(44.1 * (after["start_ms"] - 60)))
        assert np.abs(sound[middle]).max() < 0.003, "a pause is silent"
    for one in said:
        assert np.abs(sound[int(44.1 * one["start_ms"]) : int(44.1 * one["end_ms"])]).max() > 0.1, "words are heard"
    assert np.abs(sound[: int(44.1 * 340)]).max() < 0.003, "the opening is silent"


def test_the_pauses_have_their_exact_lengths(make_programme, items_of, work_dir):
    master(make_programme(items_of(2), pauses=PAUSES), work_dir)

    manifest = json.loads((work_dir / "edition.manifest.json").read_text())
    times = [[(one["start_ms"], one["end_ms"]) for one in item["utterances"]] for item in manifest["items"]]
    gaps = [after[0] - before[1] for before, after in pairwise([time for item in times for time in item])]
    assert times[0][0][0] == 400
    assert gaps == pytest.approx([700, 350, 1200, 700, 350], abs=1)


def test_the_tags_say_what_it_is_and_that_the_voice_is_synthetic(make_programme, items_of, work_dir):
    programme = make_programme(items_of(2), title="Monday = \\ brief; #1", show_title="Früh 早 🎉")

    mastered = master(programme, work_dir)

    tags = mutagen.id3.ID3(mastered.audio, translate=False)
    assert tags.version == (2, 3, 0)
    assert tags["TIT2"].text == ["Monday = \\ brief; #1"]
    assert tags["TALB"].text == tags["TPE1"].text == ["Früh 早 🎉"]
    assert (tags["TYER"].text, tags["TDAT"].text, tags["TRCK"].text) == (["2026"], ["0903"], ["3"])
    assert "synthetic" in tags["COMM::eng"].text[0]
    assert "joe" in tags["COMM::eng"].text[0]


def test_chapters_are_in_the_tags_and_in_their_file(make_programme, items_of, work_dir):
    headlines = ['Rates "held" = 4%; #1', "\\ Back\nslash", "Türkiye: 日本語 🎉 \u202e"]

    mastered = master(make_programme(items_of(3), headlines=headlines), work_dir)

    tags = mutagen.id3.ID3(mastered.audio)
    toc = tags["CTOC:toc"]
    frames = [tags[f"CHAP:{name}"] for name in toc.child_element_ids]
    titles = [frame.sub_frames["TIT2"].text[0] for frame in frames]
    assert titles == [chapter.title for chapter in mastered.chapters] == [" ".join(h.split()) for h in headlines]
    assert [(f.start_time, f.end_time) for f in frames] == [(c.start_ms, c.end_ms) for c in mastered.chapters]
    assert mastered.chapters[0].start_ms == 0
    assert mastered.chapters[-1].end_ms == mastered.duration_ms
    listed = json.loads(mastered.chapters_file.read_text(encoding="utf-8"))
    assert listed["version"] == "1.2.0"
    assert [one["startTime"] for one in listed["chapters"]] == [c.start_ms / 1000 for c in mastered.chapters]
    assert [one["title"] for one in listed["chapters"]] == titles


def test_the_file_is_seekable_at_a_constant_bit_rate(make_programme, items_of, work_dir):
    mastered = master(make_programme(items_of(3)), work_dir)

    info = mutagen.mp3.MP3(mastered.audio).info
    assert (info.bitrate, info.sample_rate, info.channels) == (128_000, 44_100, 1)
    assert info.bitrate_mode is mutagen.mp3.BitrateMode.CBR
    assert info.length * 1000 == pytest.approx(mastered.duration_ms, abs=50)


@pytest.mark.parametrize(("kind", "mime"), [("png", "image/png"), ("jpg", "image/jpeg")])
def test_the_cover_is_inside_unchanged(make_programme, items_of, work_dir, make_cover, kind, mime):
    cover = make_cover(kind)

    mastered = master(make_programme(items_of(1), cover=cover), work_dir)

    [picture] = mutagen.id3.ID3(mastered.audio).getall("APIC")
    assert (picture.mime, picture.type) == (mime, mutagen.id3.PictureType.COVER_FRONT)
    assert picture.data == cover.read_bytes()


def test_the_captions_are_the_authors_words_made_safe(make_programme, items_of, work_dir):
    mastered = master(make_programme(items_of(2)), work_dir)

    written = mastered.captions.read_text(encoding="utf-8")
    assert written.startswith("WEBVTT\n\n00:00:00.400 --> ")
    assert "It cost $3.5bn &amp; &lt;more&gt;, said the minister;" in written
    lines = [line for line in written.splitlines() if "-->" not in line]
    assert max(map(len, lines)) <= 65 + len("&amp;&lt;&gt;&gt;")
    assert len(re.findall(r"^\d\d:\d\d:\d\d\.\d\d\d --> ", written, re.MULTILINE)) == 2 + 4
    assert written.count("-->") == 6


def test_the_manifest_holds_what_was_measured(make_programme, items_of, work_dir):
    programme = make_programme(items_of(2))

    mastered = master(programme, work_dir)

    manifest = json.loads(mastered.manifest.read_text(encoding="utf-8"))
    assert manifest["audio"]["sha256"] == mastered.sha256
    assert manifest["audio"]["loudness_lufs"] == mastered.loudness_lufs
    assert manifest["audio"]["ffmpeg"] != "unknown"
    assert manifest["files"]["captions"]["sha256"] == hashlib.sha256(mastered.captions.read_bytes()).hexdigest()
    assert (manifest["voice"], manifest["voices"]) == ("joe", ["joe"])
    assert [item["headline"] for item in manifest["items"]] == ["Headline 1", "Headline 2"]
    narration = hashlib.sha256(programme.items[1].narration.read_bytes()).hexdigest()
    assert manifest["items"][1]["narration_sha256"] == narration


def test_long_silences_are_reported_and_short_ones_are_not(make_programme, items_of, work_dir):
    pauses = Pauses(opening_ms=1500, after_sentence_ms=350, after_headline_ms=700, after_item_ms=2000)

    mastered = master(make_programme(items_of(2), pauses=pauses), work_dir)

    (opening, between) = mastered.silences
    assert opening == pytest.approx((0, 1500), abs=60)
    assert between[1] - between[0] == pytest.approx(2000, abs=120)


def test_the_waveform_follows_the_sound(make_programme, speech, work_dir):
    pauses = Pauses(opening_ms=3000, after_sentence_ms=0, after_headline_ms=0, after_item_ms=0)

    mastered = master(make_programme([[speech(3.0)]], pauses=pauses), work_dir)

    assert 100 <= len(mastered.peaks) <= 200
    assert max(mastered.peaks) == 100
    assert max(mastered.peaks[: len(mastered.peaks) * 9 // 20]) <= 1


def test_the_same_programme_makes_the_same_audio(make_programme, items_of, work_dir, tmp_path):
    programme = make_programme(items_of(2))
    other = tmp_path / "other"
    other.mkdir()

    assert master(programme, work_dir).sha256 == master(programme, other).sha256


def test_nothing_is_written_outside_the_work_folder(make_programme, items_of, work_dir, tmp_path):
    programme = make_programme(items_of(1))
    before = {path for path in tmp_path.rglob("*") if work_dir not in path.parents}

    master(programme, work_dir)

    assert {path for path in tmp_path.rglob("*") if work_dir not in path.parents} == before
