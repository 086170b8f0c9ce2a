from datetime import UTC, date, datetime

import pytest

from brief_audio.domain.errors import MasteringError
from brief_audio.mastering.base import Chapter, EditionContent, Pauses
from brief_audio.mastering.id3_comment import make_comment
from brief_audio.mastering.tags import ffmetadata, synthetic_statement


def _programme(title="Brief", local_date=None, voices=("joe",)):
    made_at = datetime(2026, 1, 2, tzinfo=UTC)
    return EditionContent("Show", "show", title, "en", local_date, 3, voices, (), Pauses(), None, made_at)


def test_special_characters_are_escaped():
    written = ffmetadata(_programme("a=b;c#d\\e"), [])

    assert "\ntitle=a\\=b\\;c\\#d\\\\e\n" in written


def test_a_title_cannot_begin_a_section_or_another_field():
    written = ffmetadata(_programme("one\n[CHAPTER]\r\nSTART=5\x00\x0b\u2028two"), [])

    assert written.count("[CHAPTER]\n") == 0
    assert "\ntitle=one [CHAPTER] START\\=5 two\n" in written


def test_half_a_surrogate_pair_is_left_out():
    assert "\ntitle=ab\n" in ffmetadata(_programme("a\ud800b"), [])


def test_the_date_is_the_briefs_or_else_the_day_it_was_made():
    assert "\ndate=2026-03-09\n" in ffmetadata(_programme(local_date=date(2026, 3, 9)), [])
    assert "\ndate=2026-01-02\n" in ffmetadata(_programme(), [])


def test_each_chapter_has_its_times_in_milliseconds():
    written = ffmetadata(_programme(), [Chapter(1, "One", 0, 1500), Chapter(2, "Two", 1500, 2900)])

    assert written.endswith(
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=2900\ntitle=Two\n"
    )


def test_the_statement_is_plain_ascii():
    said = synthetic_statement(_programme(voices=["Zoë"]))

    assert said == "The voice in this recording is synthetic: a computer speaks (voice Zo?)."


def test_every_voice_is_named_in_the_statement():
    said = synthetic_statement(_programme(voices=("joe", "amy", "kim")))

    assert said == "The voices in this recording are synthetic: a computer speaks (voices joe, amy and kim)."


def _frame(name, body):
    return name + len(body).to_bytes(4, "big") + b"\0\0" + body


def _tag(frames):
    return b"ID3\x03\0\0" + bytes([0, 0, len(frames) >> 7, len(frames) & 127]) + frames


def test_one_user_frame_becomes_the_comment_and_nothing_moves(tmp_path):
    path = tmp_path / "x.mp3"
    before, user = _frame(b"TIT2", b"\0TXXX" + bytes(200)), _frame(b"TXXX", b"\0eng\0synthetic")
    path.write_bytes(_tag(before + user) + b"sound")

    make_comment(path)

    assert path.read_bytes() == _tag(before + _frame(b"COMM", b"\0eng\0synthetic")) + b"sound"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ID3",
        b"sound without a tag",
        _tag(b""),
        _tag(_frame(b"TXXX", b"\0other\0x")),
        _tag(bytes(100)),
        _tag(_frame(b"TIT2", b"\0x"))[:-1] + b"\xff" * 9,
    ],
)
def test_a_file_that_does_not_say_it_is_refused(tmp_path, content):
    path = tmp_path / "x.mp3"
    path.write_bytes(content)

    with pytest.raises(MasteringError, match="synthetic"):
        make_comment(path)
