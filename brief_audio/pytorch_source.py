"""Decide where to install PyTorch from. Standard library only, because this runs before anything is installed.

On Linux, pip's default index provides PyTorch's CUDA build for NVIDIA cards, a download of 2.7 GB. Brief Audio runs on
the CPU, so machines without such a card get the much smaller CPU build from PyTorch's own index, unless pip's settings
name a package source.
"""

import ast
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
# An unreachable index must not delay the installation: the default index is the fallback.
QUICKLY = ("--timeout", "5", "--retries", "0")

NVIDIA = "0x10de"  # NVIDIA's PCI vendor ID
DISPLAY_CLASS = "0x03"  # PCI class of graphics cards, including those without a display output
CARD_FILES = ("proc/driver/nvidia/version", "dev/nvidiactl", "dev/nvidia0", "usr/lib/wsl/lib/libcuda.so.1")

DEFAULT_INDEX = "https://pypi.org/simple"
APPLY = ("global", "install", ":env:")  # the sections of pip's settings that `pip install` reads
SOURCES = ("index-url", "pypi-url", "extra-index-url", "find-links")
FALSE = ("", "0", "n", "no", "f", "false", "off")  # the values that pip reads as false


def lacks_nvidia_card(root: Path = Path("/"), platform: str = sys.platform) -> bool:
    """Return whether this is Linux without an NVIDIA card, even one without a driver; `root` contains `/proc`."""
    return platform == "linux" and not any((root / name).exists() for name in CARD_FILES) and not _has_pci_card(root)


def names_a_source(pip_settings: str) -> bool:
    """Return whether the output of `pip config list` names a package source other than pip's default."""
    return any(_is_source(name, value) for name, value in _settings(pip_settings))


def _has_pci_card(root: Path) -> bool:
    return any(
        _text(device / "vendor") == NVIDIA and _text(device / "class").startswith(DISPLAY_CLASS)
        for device in (root / "sys/bus/pci/devices").glob("*")
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip().lower()
    except (OSError, UnicodeDecodeError):
        return ""


def _settings(lines: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values that `pip install` would read."""
    for line in lines.splitlines():
        key, _, written = line.partition("=")
        section, _, name = key.strip().rpartition(".")
        if section in APPLY:
            with suppress(ValueError, SyntaxError):
                yield name, str(ast.literal_eval(written.strip()))


def _is_source(name: str, value: str) -> bool:
    if name == "no-index":
        return value.strip().lower() not in FALSE
    return name in SOURCES and value.strip().rstrip("/") not in {"", DEFAULT_INDEX}
