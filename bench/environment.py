"""A separate environment for a product to compare with, kept in the data folder between runs."""

import subprocess
import sys
import venv
from pathlib import Path

from bench.product import BenchmarkError


def environment_with(folder: Path, requirements: tuple[str, ...]) -> Path:
    """Return the Python of an environment in `folder` with exactly these requirements, creating it if needed."""
    python, stamp = folder / "bin" / "python", folder / "complete"
    wanted = "\n".join((sys.version, *requirements))
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"Installing {', '.join(requirements)} into {folder} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--no-input", *requirements]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchmarkError(f"pip could not install {', '.join(requirements)}: {done.stderr.strip()}")
        stamp.write_text(wanted, encoding="utf-8")
    return python
