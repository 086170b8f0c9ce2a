"""What is installed: pinned, hashed, explained, licensed, and complete for every Python that is promised."""

import os
import re
import subprocess
import sys
from collections.abc import Set as AbstractSet
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.meta.sources import PRODUCT, PROJECT, imports_of, named, python_files

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==[^\s;]+( ; [^\\]+)? +# \S.{5,}$")
LOCKED_FOR = re.compile(r"^([A-Za-z0-9._-]+)==[^\s;\\]+(?: ; ([^\\\n]+))?", re.MULTILINE)
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\]+)", re.MULTILINE)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Extras that somebody in the closure asks for.
EXTRAS = {"fsspec": {"http"}}
# Imported by us, brought and pinned by what stands behind the arrow.
COMES_WITH = {
    "werkzeug": "flask",
    "jinja2": "flask",
    "markupsafe": "flask",
    "itsdangerous": "flask",
    "limits": "flask-limiter",
    "urllib3": "google-cloud-storage",
}
# Metadata does not say it: the library is GPL-3. docs/licences.md says what follows from that.
GPL_BEHIND_A_SEAM = {"espeakng-loader": {"brief_audio/speech/espeak.py"}}
OWN = {"brief_audio", "admin", "scheduler", "_typeshed"}  # the last is for type checkers alone


def direct(name: str) -> list[str]:
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def names_in(file: str) -> set[str]:
    return {canonicalize_name(line.split("==")[0]) for line in direct(file)}


def locked(name: str) -> dict[str, str]:
    text = (PROJECT / name).read_text(encoding="utf-8")
    return {canonicalize_name(package): version for package, version in LOCKED.findall(text)}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-torch.txt", "requirements-dev.txt"])
def test_each_direct_requirement_is_pinned_and_has_a_reason(name: str) -> None:
    assert [line for line in direct(name) if not PINNED.match(line)] == []


@pytest.mark.parametrize("kind", ["requirements", "requirements-dev"])
def test_the_lock_holds_what_was_asked_for(kind: str) -> None:
    asked = {canonicalize_name(name): version for name, version in LOCKED.findall("\n".join(direct(f"{kind}.txt")))}

    assert asked.items() <= locked(f"{kind}.lock").items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_registry_and_hashes_everything(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"(?m)^(?=[A-Za-z0-9])", text) if LOCKED.match(entry)]

    assert re.findall(r"https?://|file:|--(?:extra-)?index-url|--find-links", text) == []
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_pip_that_installs_is_the_one_that_locks() -> None:
    entry = re.compile(r"^pip==[^\n]+\n(?: {4}--hash[^\n]+\n?)+", re.MULTILINE)

    (installing,) = entry.findall((PROJECT / "requirements-pip.txt").read_text("utf-8"))

    assert installing in (PROJECT / "requirements-dev.lock").read_text("utf-8")


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_is_complete_for_every_python(python: str) -> None:
    lock = locked_for(python)
    installed = [name for name in lock if _is_installed(name)]

    missing = {
        f"{name}: {wanted}"
        for name in installed
        for wanted in map(Requirement, metadata.requires(name) or ())
        if canonicalize_name(wanted.name) not in lock | {"torch"}  # which is installed before, with all that it needs
        and _applies(wanted.marker, python, EXTRAS.get(name, set()))
    }

    assert missing == set()


def locked_for(python: str) -> set[str]:
    """What the lock installs on such a Python, here and on machines like this one."""
    entries = LOCKED_FOR.findall((PROJECT / "requirements.lock").read_text(encoding="utf-8"))
    return {canonicalize_name(name) for name, marker in entries if not marker or _applies(Marker(marker), python)}


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _applies(marker: Marker | None, python: str, extras: AbstractSet[str] = frozenset()) -> bool:
    environment = default_environment() | {"python_version": python, "python_full_version": f"{python}.0"}
    return marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in extras | {""})


@pytest.mark.parametrize("index", ["https://mirror.example.org/simple", ""])
def test_locking_asks_the_index_that_pip_is_set_to(tmp_path: Path, index: str) -> None:
    """A stand-in for Python tells pip's setting and notes with which index uv is called."""
    python = tmp_path / "python"
    answers = '[ "$2" != pip ] || echo "$INDEX"\n[ "$2" != uv ] || echo "$UV_DEFAULT_INDEX $6" >> "$NOTES"\n'
    python.write_text(f"#!/bin/sh\n{answers}", encoding="utf-8")
    python.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "INDEX": index, "NOTES": str(tmp_path / "notes")}

    subprocess.run(["make", "lock", f"PYTHON={python}", f"python={python}"], cwd=PROJECT, env=environment, check=True)

    assert (tmp_path / "notes").read_text("utf-8") == f"{index} --universal\n" * 2


def test_every_import_is_asked_for() -> None:
    asked = names_in("requirements.txt") | names_in("requirements-torch.txt")
    distributions = metadata.packages_distributions()

    unasked = {
        f"{named(path)}: {module}"
        for path in python_files(*PRODUCT, "migrations")
        for module in imports_of(path)
        if (top := module.split(".")[0]) not in sys.stdlib_module_names | OWN
        and not {COMES_WITH.get(name, name) for name in map(canonicalize_name, distributions.get(top, []))} & asked
    }

    assert unasked == set()


def test_what_runs_before_the_installation_needs_nothing_installed() -> None:
    names = ("preflight", "pytorch_source", "installation")
    for name in names:
        modules = set(imports_of(PROJECT / "brief_audio" / f"{name}.py")) - {f"brief_audio.{each}" for each in names}

        assert {module.split(".")[0] for module in modules} <= sys.stdlib_module_names


def test_the_licence_notes_name_each_direct_requirement() -> None:
    notes = (PROJECT / "docs" / "licences.md").read_text(encoding="utf-8").lower()
    asked = names_in("requirements.txt") | names_in("requirements-torch.txt") | names_in("requirements-dev.txt")

    assert sorted(name for name in asked if f"| `{name}` |" not in notes) == []


def test_nothing_of_the_closure_is_gpl_unless_it_is_behind_a_seam() -> None:
    installed = [name for name in locked("requirements.lock") if _is_installed(name)]

    unknown_or_gpl = {name for name in installed if (kind := _licence(name)) == "" or _is_gpl_only(kind)}

    assert unknown_or_gpl == GPL_BEHIND_A_SEAM.keys()


def _licence(name: str) -> str:
    facts = metadata.metadata(name)
    classifiers = [line for line in facts.get_all("Classifier") or () if line.startswith("License ::")]
    return str(facts.get("License-Expression") or " ".join(classifiers) or facts.get("License") or "")


def _is_gpl_only(licence: str) -> bool:
    without_lesser = re.sub(r"LGPL\S*|Lesser General Public License", "", licence)
    return bool(re.search(r"A?GPL|General Public License", without_lesser)) and " OR " not in licence


def test_what_is_gpl_is_loaded_in_one_place() -> None:
    for package, places in GPL_BEHIND_A_SEAM.items():
        module = package.replace("-", "_")
        importers = {named(path) for path in python_files(*PRODUCT) if module in set(imports_of(path))}

        assert importers <= places
