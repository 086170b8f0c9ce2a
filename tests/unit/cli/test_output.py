"""What commands print, and the exit codes behind errors."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from brief_audio.cli.terminal.exit_codes import Exit, exit_code
from brief_audio.cli.terminal.output import print_json, print_pairs, print_table
from brief_audio.domain import errors


@dataclass(frozen=True)
class Line:
    name: str
    at: datetime


def test_json_is_whole_and_readable(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([Line("Gdańsk", datetime(2026, 3, 20, tzinfo=UTC))])

    out = capsys.readouterr().out
    assert json.loads(out) == [{"name": "Gdańsk", "at": "2026-03-20T00:00:00+00:00"}]
    assert "Gdańsk" in out


def test_a_table_lines_its_columns_up(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["ID", "DATE", "X"], [[1, date(2026, 3, 20), None], [23, None, True]])

    assert capsys.readouterr().out.splitlines() == ["ID  DATE        X", "1   2026-03-20  –", "23  –           yes"]


def test_a_table_without_rows_is_its_heads(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["ID"], [])

    assert capsys.readouterr().out == "ID\n"


def test_pairs_line_up(capsys: pytest.CaptureFixture[str]) -> None:
    print_pairs([("a", 1), ("long", False)])

    assert capsys.readouterr().out == "a     1\nlong  no\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InvalidInputError("x"), Exit.USAGE),
        (errors.NotFoundError("x"), Exit.NOT_FOUND),
        (errors.ConflictError("x"), Exit.CONFLICT),
        (errors.TryAgainError("x"), Exit.TRY_AGAIN),
        (errors.SettingsError("x"), Exit.SETTINGS),
        (errors.StoppingError("x"), Exit.INTERRUPTED),
        (errors.StorageError("x"), Exit.FAILED),
    ],
)
def test_every_error_has_its_exit_code(error: errors.BriefAudioError, code: Exit) -> None:
    assert exit_code(error) is code
