#!/usr/bin/env python3
"""The door to the command line; it goes on in the project's own virtual environment wherever that exists."""

import os
import sys
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent / ".venv"


def enter_environment() -> None:
    """Start again in `.venv`, unless this already is its Python or there is none."""
    python = ENVIRONMENT / "bin" / "python"
    if python.exists() and Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        os.execv(str(python), [str(python), *sys.argv])  # noqa: S606 - no shell is wanted


def main() -> None:
    """Run the command line, or say in a sentence why that cannot be done here."""
    enter_environment()
    from brief_audio import preflight  # noqa: PLC0415 - needs nothing but an old Python

    preflight.require_python()
    try:
        from brief_audio.cli import main as command_line  # noqa: PLC0415 - needs what `make install` brings

        command_line()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in {"brief_audio", "admin", "scheduler"}:
            raise
        sys.exit(f"Brief Audio is not installed completely ({error.name} is missing): run `make install`.")
    except KeyboardInterrupt:
        sys.exit(130)  # stopped while it was still being loaded


if __name__ == "__main__":
    main()
