import os
from datetime import date
from pathlib import Path

import pytest

from brief_audio.domain.brief_file import parse_brief_file
from brief_audio.domain.errors import InvalidInputError, NotFoundError

TODAY = date(2026, 3, 20)
WHOLE = "---\nshow: a\ndate: 2026-03-20\n---\n# Friday\n## Rates rise\nIt was expected.\n"


def test_a_file_is_read_by_the_ending_of_its_name(tmp_path):
    path = tmp_path / "my brief.MD"
    path.write_text(WHOLE, encoding="utf-8-sig")

    draft = parse_brief_file(path, show=None, local_date=None, today=TODAY)

    assert (draft.show, draft.local_date, len(draft.items)) == ("a", date(2026, 3, 20), 1)


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    with pytest.raises(NotFoundError, match=r"gone\.md: no such file"):
        parse_brief_file(tmp_path / "gone.md", show=None, local_date=None, today=TODAY)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_not_a_regular_file_is_refused_at_once(tmp_path, make):
    path = tmp_path / "brief.json"
    make(path)

    with pytest.raises(InvalidInputError, match=r"brief\.json: is not a regular file"):
        parse_brief_file(path, show=None, local_date=None, today=TODAY)


@pytest.mark.parametrize("path", ["-", "/dev/stdin"])
def test_standard_input_is_no_brief_file(path):
    with pytest.raises(InvalidInputError, match=r"the name of a brief file must end in \.json or \.md"):
        parse_brief_file(Path(path), show=None, local_date=None, today=TODAY)


@pytest.mark.parametrize("ending", [".md", ".txt"])
def test_no_terminal_obeys_a_name(tmp_path, ending):
    path = tmp_path / f"\x1b[2J\n{ending}"

    with pytest.raises((InvalidInputError, NotFoundError)) as caught:
        parse_brief_file(path, show=None, local_date=None, today=TODAY)

    assert str(caught.value).isprintable()


def test_a_name_that_no_system_takes_cannot_be_read(tmp_path):
    with pytest.raises(InvalidInputError, match="cannot be read"):
        parse_brief_file(tmp_path / "a\0.md", show=None, local_date=None, today=TODAY)


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match=r"brief\.txt: the name of a brief file must end in \.json or \.md"):
        parse_brief_file(tmp_path / "brief.txt", show=None, local_date=None, today=TODAY)


def test_bytes_that_are_not_utf_8_are_refused_with_line_and_position(tmp_path):
    path = tmp_path / "latin.md"
    path.write_bytes(b"---\nshow: a\n---\n# caf\xe9\n")

    with pytest.raises(
        InvalidInputError, match=r"latin\.md: line 4: is not UTF-8: byte 0xe9 at position 21 .*; save it as UTF-8"
    ):
        parse_brief_file(path, show=None, local_date=None, today=TODAY)


def test_a_file_is_read_no_further_than_eight_mebibytes(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(8 * 1024 * 1024 + 1)

    with pytest.raises(InvalidInputError, match=r"huge\.json: is larger than 8 MiB"):
        parse_brief_file(path, show=None, local_date=None, today=TODAY)
