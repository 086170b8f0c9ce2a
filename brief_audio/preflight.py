"""Check the machine before anything is installed; standard library only, in syntax that Python 3.6 can parse.

`python3 -m brief_audio.preflight` checks the Python version and, with `--port`, that the site's port is free. The
installation runs the other checks. A failed check prints one sentence that says what to do, and exits with 78 (1 if
the problem may be temporary).
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

# Peak disk use of a new installation and its first edition, in GB, rounded up. Measured for PyTorch's CPU build; for
# the CUDA build, calculated from the sizes of its 2.7 GB of packages.
ENVIRONMENT_GB = 2.5
TEMPORARY_GB = 0.5
DATA_GB = 1.0
CUDA_ENVIRONMENT_GB = 5.0  # in addition to ENVIRONMENT_GB
CUDA_TEMPORARY_GB = 2.5
TORCH_GB = 1.0  # saved in ENVIRONMENT_GB if torch is already installed


class PreflightError(Exception):
    """A failed check; its message says what to do before starting again."""

    def __init__(self, sentence: str, status: int = SETTINGS_STATUS) -> None:
        super().__init__(sentence)
        self.status = status


def check_python(version: "tuple[int, ...]") -> None:
    """Raise `PreflightError` unless Brief Audio and all its dependencies support this Python version."""
    if not OLDEST <= tuple(version[:2]) < TOO_NEW:
        raise PreflightError(
            f"Brief Audio needs Python 3.{OLDEST[1]} to 3.{TOO_NEW[1] - 1}, "
            f"but this is Python {version[0]}.{version[1]}. "
            f"Install a supported version, then run: make run PYTHON=python3.{OLDEST[1]}"
        )


def require_python() -> None:
    """Exit with a message unless the Python version is supported."""
    try:
        check_python(sys.version_info[:2])
    except PreflightError as error:
        sys.exit(refuse(error))


def check_venv(find: "Callable[[str], object]" = importlib.util.find_spec) -> None:
    """Raise `PreflightError` if this Python lacks the venv module, which Debian and Ubuntu package separately."""
    if not (find("venv") and find("ensurepip")):
        package = f"python3.{sys.version_info[1]}-venv"
        raise PreflightError(
            f"This Python can't create virtual environments. Install its venv module "
            f"(on Debian and Ubuntu: apt-get install {package}), then start again."
        )


def free_bytes_at(folder: Path) -> int:
    """Return the free space on the disk of an existing folder."""
    return shutil.disk_usage(str(folder)).free


def check_disk(
    needs: "Iterable[tuple[Path, float]]", free_bytes: "Callable[[Path], int]" = free_bytes_at, *, instead: str = ""
) -> None:
    """Raise `PreflightError` if a disk has less free space than all its `needs` (folder, gigabytes) together.

    `instead` is what the reader can do instead of freeing space.
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
                f"The installation needs about {gigabytes:.1f} GB of free disk space at {folder}, "
                f"but only {free:.1f} GB are free. Free up space{instead and ', or '}{instead}, then start again.",
                FAILED_STATUS,
            )


def check_port(text: str) -> None:
    """Raise `PreflightError` unless the site can listen on this port."""
    if not (text.isdigit() and 1 <= int(text) <= LAST_PORT):
        raise PreflightError(f"PORT={text}: it must be a whole number from 1 to {LAST_PORT}.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise PreflightError(port_sentence(int(text), error), FAILED_STATUS) from None


def disk_needs(project: Path, env: "Mapping[str, str]", *, has_cuda: bool = False) -> "list[tuple[Path, float]]":
    """Return the disk space that a new installation needs in the project, temporary and data folders.

    `has_cuda` adds the space for PyTorch's CUDA build.
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
    """Return the folder, or its nearest existing parent."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def port_sentence(port: int, error: OSError) -> str:
    """Return a message that says what to do about a port that can't be bound."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use, perhaps by another `make run`. Stop that one, "
            f"or use another port: make run PORT={port + 1 if port < LAST_PORT else 8000}"
        )
    if error.errno == errno.EACCES:
        return f"Only root may use port {port}. Use a port above 1023, for example: make run PORT=8000"
    return f"Port {port} can't be used: {error.strerror}."


def refuse(error: PreflightError) -> int:
    """Print the message and return the exit status."""
    sys.stderr.write(f"{error}\n")
    return error.status


def main(arguments: "Sequence[str]", env: "Mapping[str, str]") -> int:
    """Run the checks that `arguments` select; return the exit status."""
    try:
        check_python(sys.version_info[:2])
        if "--port" in arguments:
            check_port(env.get("PORT") or "8000")
    except PreflightError as error:
        return refuse(error)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
