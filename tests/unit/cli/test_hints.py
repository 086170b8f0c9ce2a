"""What the command line adds to an error: a command that helps."""

import pytest

from brief_audio.cli.terminal.fixes import DATA_FOLDER, REINSTALL, fix_for
from brief_audio.cli.terminal.hints import with_hint
from brief_audio.config.settings import Settings
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.services.operations.health import Check, Level


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotFoundError("it is gone"), "it is gone"),
        (
            NotFoundError("there is no job 5", code="no_such_job", facts={"job": 5}),
            "there is no job 5; `manage.py jobs list` lists the jobs",
        ),
        (
            ConflictError("dawn-2026-03-20 is a draft.", code="brief_is_draft", facts={"brief": "dawn-2026-03-20"}),
            "dawn-2026-03-20 is a draft; `manage.py briefs ready dawn-2026-03-20` marks it as ready",
        ),
    ],
)
def test_an_error_is_followed_by_a_command_that_helps(error: ConflictError | NotFoundError, said: str) -> None:
    assert with_hint(error) == said


@pytest.mark.parametrize(
    ("name", "code", "environ", "fix"),
    [
        ("migrations", "schema_outdated", {}, "run `manage.py db upgrade`"),
        ("voice joe", "voice_unavailable", {}, REINSTALL),
        ("temporary folder", "failed", {}, "set TMPDIR to another folder"),
        ("store", "storage_denied", {}, DATA_FOLDER),
        ("store", "storage_denied", {"BRIEF_STORAGE": "gcs", "BRIEF_GCS_BUCKET": "our-briefs"}, ""),
        ("database", "", {}, ""),
    ],
)
def test_a_check_is_followed_by_its_fix(name: str, code: str, environ: dict[str, str], fix: str) -> None:
    settings = Settings.from_env(environ, processors=1, needs_secret=False)

    assert fix_for(Check(name, Level.FAIL, "it is broken", code), settings) == fix
    assert fix_for(Check(name, Level.OK, "it works", code), settings) == ""
