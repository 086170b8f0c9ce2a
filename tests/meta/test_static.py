"""The checks of `make check`, so that `make test` leaves none of them out."""

import subprocess
import sys

import pytest

from tests.meta.sources import PROJECT

pytestmark = pytest.mark.slow

CHECKS = {
    "style": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command as check; check()"],
    "dependencies": ["-m", "pip", "check"],
}


@pytest.mark.parametrize("name", CHECKS)
def test_check_passes(name: str) -> None:
    answer = subprocess.run(
        [sys.executable, *CHECKS[name]], cwd=PROJECT, capture_output=True, text=True, check=False, timeout=240
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr
