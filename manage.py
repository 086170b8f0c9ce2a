#!/usr/bin/env python3
"""Run the command line in the project's virtual environment, if it exists."""

import os
import sys
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent / ".venv"


def enter_environment() -> None:
    """Restart with the Python of `.venv`, unless it is already running or doesn't exist."""
    python = ENVIRONMENT / "bin" / "python"
    if python.exists() and Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        os.execv(str(python), [str(python), *sys.argv])  # noqa: S606 - no shell is needed


def main() -> None:
    """Run the command line, or explain in one sentence why it can't run here."""
    enter_environment()
    from brief_audio import preflight  # noqa: PLC0415 - runs on old Pythons, without dependencies

    preflight.require_python()
    try:
        from brief_audio.cli import main as command_line  # noqa: PLC0415 - needs what `make install` installs

        command_line()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in {"brief_audio", "admin", "scheduler"}:
            raise
        sys.exit(f"Brief Audio is not fully installed ({error.name} is missing): run `make install`.")
    except KeyboardInterrupt:
        sys.exit(130)  # stopped while loading


if __name__ == "__main__":
    main()
