import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brief_audio.domain.errors import InvalidObjectNameError
from brief_audio.domain.object_names import (
    check_object_name,
    check_object_prefix,
    cover_name,
    narration_name,
    owner_name,
    probe_name,
    rendition_names,
)

SHA = "0123456789abcdef" * 4
SLUGS = st.from_regex(re.compile(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,4}", re.ASCII), fullmatch=True)
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
IDS = st.integers(1, 2**63 - 1)
GOOD = [
    f"shows/morning-brief/7/0001-12.3-{SHA[:16]}.mp3",
    f"shows/m/7/12345-12.3-{SHA[:16]}.manifest.json",
    f"shows/m/covers/{SHA[:16]}.jpg",
    f"narrations/01/{SHA}.flac",
]


def test_a_rendition_has_four_names_of_one_stem():
    names = rendition_names(show_slug="morning-brief", brief_id=7, number=3, job_id=12, attempt=2, sha256=SHA)

    stem = "shows/morning-brief/7/0003-12.2-0123456789abcdef"
    assert names.audio == f"{stem}.mp3"
    assert names.captions == f"{stem}.vtt"
    assert names.chapters == f"{stem}.chapters.json"
    assert names.manifest == f"{stem}.manifest.json"


def test_narrations_and_covers_are_named_by_content():
    assert narration_name(SHA) == f"narrations/01/{SHA}.flac"
    assert cover_name("m", SHA, ".png") == cover_name("m", SHA, "png") == "shows/m/covers/0123456789abcdef.png"


@given(SLUGS, IDS, st.integers(1, 10**6), IDS, st.integers(1, 10**6), HASHES)
def test_every_name_made_is_accepted(slug, brief_id, number, job_id, attempt, sha256):
    names = rendition_names(
        show_slug=slug, brief_id=brief_id, number=number, job_id=job_id, attempt=attempt, sha256=sha256
    )
    made = [
        names.audio,
        names.captions,
        names.chapters,
        names.manifest,
        narration_name(sha256),
        cover_name(slug, sha256, "jpg"),
    ]

    assert len(set(made)) == len(made)
    for name in made:
        check_object_name(name)


@pytest.mark.parametrize(
    "part",
    [
        {"show_slug": "../x"},
        {"show_slug": ""},
        {"show_slug": "a" * 64},
        {"show_slug": "Über"},
        {"brief_id": 0},
        {"brief_id": -1},
        {"number": 0},
        {"attempt": 0},
        {"sha256": "0123"},
        {"sha256": "../../../../../../etc/passwd"},
    ],
)
def test_parts_that_cannot_stand_in_a_name_are_refused(part):
    parts = {"show_slug": "m", "brief_id": 1, "number": 1, "job_id": 1, "attempt": 1, "sha256": SHA} | part

    with pytest.raises(InvalidObjectNameError):
        rendition_names(**parts)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        ".",
        "..",
        "shows",
        "../etc/passwd",
        "/etc/passwd",
        "shows/../../etc/passwd",
        f"shows/m/../7/0001-12.3-{SHA[:16]}.mp3",
        f"shows/./7/0001-12.3-{SHA[:16]}.mp3",
        f"shows//7/0001-12.3-{SHA[:16]}.mp3",
        f"/shows/m/7/0001-12.3-{SHA[:16]}.mp3",
        f"shows/m/7/0001-12.3-{SHA[:16]}.mp3/",
        f"shows/m/7/0001-12.3-{SHA[:16]}.mp3\n",
        f"shows/m/7/0001-12.3-{SHA[:16]}.mp3\0",
        f"shows/m/7/0001-12.3-{SHA[:16]}.mp3\0.vtt",
        f"shows\\m\\7\\0001-12.3-{SHA[:16]}.mp3",
        f"shows/m/7/0001-12.3-{SHA[:16]}.exe",
        f"shows/m/7/1-12.3-{SHA[:16]}.mp3",
        f"shows/m/7/00001-12.3-{SHA[:16]}.mp3",
        f"shows/m/07/0001-12.3-{SHA[:16]}.mp3",
        f"shows/m/\u0667/0001-12.3-{SHA[:16]}.mp3",
        f"shows/m/7/0001-12.3-{SHA[:16].upper()}.mp3",
        f"shows/-m/7/0001-12.3-{SHA[:16]}.mp3",
        f"shows/.tmp/7/0001-12.3-{SHA[:16]}.mp3",
        f"shows/m/covers/{SHA[:16]}.svg",
        f"narrations/02/{SHA}.flac",
        f"narrations/01/{SHA[:63]}.flac",
        f"narrations//{SHA}.flac",
        f"narrations/{SHA}/{SHA}.flac",
        f"narrations/0/{SHA}.flac",
        f"shows/{'a' * 300}/7/0001-12.3-{SHA[:16]}.mp3",
        "shows/m/%2e%2e/x",
        "file:///etc/passwd",
    ],
)
def test_hostile_and_foreign_names_are_refused(name):
    with pytest.raises(InvalidObjectNameError):
        check_object_name(name)


@given(st.text(max_size=300))
@example("shows/m/7/0001-1.1-0123456789abcdef.mp3\u2028")
def test_no_text_by_chance_is_a_name(name):
    with pytest.raises(InvalidObjectNameError):
        check_object_name(name)


@given(st.sampled_from(GOOD), st.data())
def test_a_name_with_one_character_put_in_stays_inside_the_store(name, data):
    place = data.draw(st.integers(0, len(name)))
    changed = name[:place] + data.draw(st.sampled_from("/.\\\0\n é-%")) + name[place:]

    try:
        check_object_name(changed)
    except InvalidObjectNameError:
        return
    parts = changed.split("/")
    assert changed.isascii()
    assert parts[0] in {"shows", "narrations"}
    assert not {"", ".", ".."} & set(parts)


@given(st.sampled_from(GOOD), st.data())
def test_every_beginning_of_a_name_may_be_listed(name, data):
    check_object_prefix(name[: data.draw(st.integers(0, len(name)))])


@pytest.mark.parametrize(
    "prefix",
    [
        *("/", "//", ".", "..", "../", "/shows", "shows/..", "shows/../", "shows//", "shows/."),
        *("x", "x/", "show/", "shows\\", "shows/\0", "Shows/", "shows/é", "a" * 256, "sh ws", ".temporary"),
    ],
)
def test_hostile_prefixes_are_refused(prefix):
    with pytest.raises(InvalidObjectNameError):
        check_object_prefix(prefix)


def test_the_refusal_shows_the_name_in_ascii_and_cut():
    with pytest.raises(InvalidObjectNameError, match=r"\\xe9") as caught:
        check_object_name("shows/é" + "x" * 500)

    assert str(caught.value).isascii()
    assert len(str(caught.value)) < 250


def test_the_attempts_at_one_job_share_a_prefix_and_nothing_else_does() -> None:
    first, second, other_job = (
        rendition_names(show_slug="dawn", brief_id=7, number=2, job_id=job, attempt=attempt, sha256="ab" * 32)
        for job, attempt in ((5, 1), (5, 12), (51, 1))
    )

    assert first.job_prefix == second.job_prefix == "shows/dawn/7/0002-5."
    assert second.captions.startswith(second.stem)
    assert not other_job.audio.startswith(first.job_prefix)
    assert not second.audio.startswith(first.stem)


def test_probes_and_marks_are_told_from_everything_else():
    assert probe_name("0123456789abcdef" * 2) == "probes/0123456789abcdef0123456789abcdef.txt"
    assert owner_name("0123456789abcdef" * 2) == "owners/0123456789abcdef0123456789abcdef.txt"
    for name in (
        f"probes/{SHA}.txt",
        "probes/0123.txt",
        f"probes/{SHA[:32]}.mp3",
        f"probes/a/{SHA[:32]}.txt",
        f"owners/{SHA}.txt",
    ):
        with pytest.raises(InvalidObjectNameError):
            check_object_name(name)
