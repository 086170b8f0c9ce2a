"""Checks the machine before anything is installed: standard library only, and a syntax that Python 3.6 reads.

`python3 -m brief_audio.preflight` checks Python; with `--port` also that the site's port is free. The installation
asks for the rest. Each refusal is one sentence that says what to do, and exit status 78 (1 for what may pass).
"""

import errno
import importlib.util
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Callable, Iterable, Mapping, Sequence  # noqa: UP035 - collections.abc came later

OLDEST = (3, 11)
TOO_NEW = (3, 15)
GIGABYTE = 10**9
LAST_PORT = 65535
SETTINGS_STATUS = 78  # EX_CONFIG of sysexits.h
FAILED_STATUS = 1

# Gigabytes that a fresh installation and its first edition take at their peak, rounded up: measured for PyTorch's CPU
# build, summed from the sizes of its 2.7 GB of packages for the CUDA build.
ENVIRONMENT_GB = 2.5
TEMPORARY_GB = 0.5
DATA_GB = 1.0
CUDA_ENVIRONMENT_GB = 5.0  # on top of the others
CUDA_TEMPORARY_GB = 2.5
TORCH_GB = 1.0  # less than the first where torch is installed already


class PreflightError(Exception):
    """Do what the sentence says, then start again."""

    def __init__(self, sentence: str, status: int = SETTINGS_STATUS) -> None:
        super().__init__(sentence)
        self.status = status


def check_python(version: "tuple[int, ...]") -> None:
    """Raise `PreflightError` unless Brief Audio and everything it needs exist for this version of Python."""
    if not OLDEST <= tuple(version[:2]) < TOO_NEW:
        raise PreflightError(
            f"Brief Audio needs Python 3.{OLDEST[1]} to 3.{TOO_NEW[1] - 1} and this is {version[0]}.{version[1]}: "
            f"install one of those, then name it: make run PYTHON=python3.{OLDEST[1]}"
        )


def require_python() -> None:
    """End the program with a sentence unless it runs on a Python that will do."""
    try:
        check_python(sys.version_info[:2])
    except PreflightError as error:
        sys.exit(refuse(error))


def check_venv(find: "Callable[[str], object]" = importlib.util.find_spec) -> None:
    """Raise `PreflightError` where Debian or Ubuntu left out the part of Python that makes virtual environments."""
    if not (find("venv") and find("ensurepip")):
        package = f"python3.{sys.version_info[1]}-venv"
        raise PreflightError(
            f"This Python cannot make a virtual environment: install its venv module "
            f"(on Debian and Ubuntu: apt-get install {package}), then start again."
        )


def free_bytes_at(folder: Path) -> int:
    """Return the room on the disk of an existing folder."""
    return shutil.disk_usage(str(folder)).free


def check_disk(
    needs: "Iterable[tuple[Path, float]]", free_bytes: "Callable[[Path], int]" = free_bytes_at, *, instead: str = ""
) -> None:
    """Raise `PreflightError` where a disk has less room than `needs` (folder, gigabytes) ask of it together.

    `instead` is what the reader could do other than freeing some space.
    """
    totals: dict[int, tuple[Path, float]] = {}
    for wanted, gigabytes in needs:
        folder = existing(wanted)
        disk = folder.stat().st_dev
        first, sum_so_far = totals.get(disk, (folder, 0.0))
        totals[disk] = (first, sum_so_far + gigabytes)
    for folder, gigabytes in totals.values():
        free = free_bytes(folder) / GIGABYTE
        if free < gigabytes:
            raise PreflightError(
                f"The installation needs about {gigabytes:.1f} GB of free disk at {folder} and there are {free:.1f}: "
                f"free some space{instead and ', or '}{instead}, then start again.",
                FAILED_STATUS,
            )


def check_port(text: str) -> None:
    """Raise `PreflightError` unless the site could listen on that port of this machine."""
    if not (text.isdigit() and 1 <= int(text) <= LAST_PORT):
        raise PreflightError(f"PORT={text}: it must be a whole number from 1 to {LAST_PORT}.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise PreflightError(port_sentence(int(text), error), FAILED_STATUS) from None


def disk_needs(project: Path, env: "Mapping[str, str]", *, has_cuda: bool = False) -> "list[tuple[Path, float]]":
    """Return what a fresh installation takes, and where: the project, temporary files, and the data folder.

    `has_cuda` is for PyTorch's build for NVIDIA cards.
    """
    environment, temporary = ENVIRONMENT_GB, TEMPORARY_GB
    if any((project / ".venv").glob("lib/python3*/site-packages/torch/__init__.py")):
        environment -= TORCH_GB
    elif has_cuda:
        environment += CUDA_ENVIRONMENT_GB
        temporary += CUDA_TEMPORARY_GB
    data = Path(env.get("BRIEF_DATA_DIR") or "var").expanduser()
    temporary_folder = Path(env.get("TMPDIR") or tempfile.gettempdir())
    return [(project, environment), (temporary_folder, temporary), (project / data, DATA_GB)]


def existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def port_sentence(port: int, error: OSError) -> str:
    """Return what to do about a port that could not be bound."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken, perhaps by another `make run`: stop that one, "
            f"or choose another port: make run PORT={port + 1 if port < LAST_PORT else 8000}"
        )
    if error.errno == errno.EACCES:
        return f"Only root may listen on port {port}: choose one above 1023, such as make run PORT=8000"
    return f"Port {port} cannot be used: {error.strerror}."


def refuse(error: PreflightError) -> int:
    """Print the sentence and return the exit status."""
    sys.stderr.write(f"{error}\n")
    return error.status


def main(arguments: "Sequence[str]", env: "Mapping[str, str]") -> int:
    """Check what `arguments` ask for; return the exit status."""
    try:
        check_python(sys.version_info[:2])
        if "--port" in arguments:
            check_port(env.get("PORT") or "8000")
    except PreflightError as error:
        return refuse(error)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
