"""How `.venv` is completed, resumed and left alone; a fake stands in for pip."""

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from brief_audio import installation
from brief_audio.installation import VERSION, InstallationError, VirtualEnvironment, last_error

EVERYTHING = [
    "--require-hashes -r requirements-pip.txt",
    "-r requirements-torch.txt",
    "--require-hashes -r requirements.lock",
]
ENV = {"PIP_INDEX_URL": "somewhere", "TMPDIR": "/"}


class FakePrograms:
    """Makes the environment's folders as venv does, and notes what pip is asked to install."""

    def __init__(self, project: Path) -> None:
        self._environment = project / ".venv"
        self.environments_made = 0
        self.installed: list[str] = []
        self.fails_on = ""

    def __call__(self, command: Sequence[str], output: Path) -> int:
        if "venv" in command:
            self._make()
        elif "install" in command:
            return self._install(command, output)
        return 0

    def _make(self) -> None:
        self.environments_made += 1
        for stamp in self._environment.glob(".installed-*"):
            stamp.unlink()
        (self._environment / "bin").mkdir(parents=True, exist_ok=True)
        (self._environment / "lib" / VERSION / "site-packages").mkdir(parents=True, exist_ok=True)
        (self._environment / "bin" / "python").touch()

    def _install(self, command: Sequence[str], output: Path) -> int:
        if command[-1] == self.fails_on:
            output.write_text("Collecting six\nERROR: No space left on device.\n", encoding="utf-8")
            return 1
        self.installed.append(" ".join(command[command.index("--no-input") + 1 :]))
        return 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for part in installation.PARTS["test"]:
        for name in part.files:
            (tmp_path / name).write_text(f"{name} as it was\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def programs(project: Path) -> FakePrograms:
    return FakePrograms(project)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def fresh(project: Path, programs: FakePrograms, said: list[str]) -> VirtualEnvironment:
    return VirtualEnvironment(project, programs, said.append, ask=lambda command: "global.find-links='/wheels'\n")


def test_a_fresh_machine_gets_pip_then_torch_and_the_rest_by_hash(
    fresh: VirtualEnvironment, programs: FakePrograms
) -> None:
    fresh.complete("run", ENV)

    assert programs.environments_made == 1
    assert programs.installed == EVERYTHING


def test_a_second_start_asks_pip_for_nothing(
    fresh: VirtualEnvironment, programs: FakePrograms, said: list[str]
) -> None:
    fresh.complete("run", ENV)
    programs.installed.clear()
    said.clear()

    fresh.complete("run", ENV)

    assert (programs.installed, said) == ([], [])


def test_the_tests_add_only_what_is_theirs(fresh: VirtualEnvironment, programs: FakePrograms) -> None:
    fresh.complete("run", ENV)
    programs.installed.clear()

    fresh.complete("test", ENV)

    assert programs.installed == ["--require-hashes -r requirements-dev.lock"]


def test_a_changed_lock_is_installed_again_but_not_torch(
    fresh: VirtualEnvironment, programs: FakePrograms, project: Path
) -> None:
    fresh.complete("test", ENV)
    programs.installed.clear()
    (project / "requirements.lock").write_text("something newer\n", encoding="utf-8")

    fresh.complete("test", ENV)

    assert programs.installed == [
        "--require-hashes -r requirements.lock",
        "--require-hashes -r requirements-dev.lock",
    ]


def test_a_failure_of_pip_is_told_in_one_sentence(fresh: VirtualEnvironment, programs: FakePrograms) -> None:
    programs.fails_on = "requirements.lock"

    with pytest.raises(InstallationError, match=r"\(No space left on device\).*resumes where it stopped") as caught:
        fresh.complete("run", ENV)

    assert caught.value.status == 1


def test_the_next_try_goes_on_where_the_last_one_stopped(
    fresh: VirtualEnvironment, programs: FakePrograms, said: list[str]
) -> None:
    programs.fails_on = "requirements.lock"
    with pytest.raises(InstallationError):
        fresh.complete("run", ENV)
    programs.installed.clear()
    programs.fails_on = ""
    said.clear()

    fresh.complete("run", ENV)

    assert said[0] == "Resuming the interrupted installation …"
    assert programs.installed == ["--require-hashes -r requirements.lock"]
    assert programs.environments_made == 1


def test_a_package_that_pip_was_killed_in_counts_as_absent(
    fresh: VirtualEnvironment, programs: FakePrograms, project: Path
) -> None:
    programs.fails_on = "requirements.lock"
    with pytest.raises(InstallationError):
        fresh.complete("run", ENV)
    packages = project / ".venv" / "lib" / VERSION / "site-packages"
    for name in ("whole-1.dist-info", "half-1.dist-info"):
        (packages / name).mkdir()
        (packages / name / "METADATA").touch()
    (packages / "whole-1.dist-info" / "RECORD").touch()
    programs.fails_on = ""

    fresh.complete("run", ENV)

    assert (packages / "whole-1.dist-info" / "METADATA").exists()
    assert not (packages / "half-1.dist-info" / "METADATA").exists()


def test_a_damaged_environment_is_made_anew_and_filled_again(
    fresh: VirtualEnvironment, programs: FakePrograms, project: Path
) -> None:
    fresh.complete("run", ENV)
    programs.installed.clear()
    (project / ".venv" / "bin" / "python").unlink()
    (project / "requirements.lock").write_text("something newer\n", encoding="utf-8")

    fresh.complete("run", ENV)

    assert programs.environments_made == 2
    assert programs.installed == EVERYTHING


def test_an_environment_that_cannot_be_made_names_the_command(project: Path) -> None:
    fresh = VirtualEnvironment(project, lambda command, output: 1, print)

    with pytest.raises(InstallationError, match=r"-m venv --clear"):
        fresh.complete("run", ENV)


def test_a_second_installation_waits_for_the_first(project: Path) -> None:
    order: list[str] = []
    is_waiting = threading.Event()

    def install_second() -> None:
        with installation.only_one_installation(project, lambda sentence: is_waiting.set()):
            order.append("second")

    second = threading.Thread(target=install_second)
    with installation.only_one_installation(project, order.append):
        second.start()
        assert is_waiting.wait(30)
        order.append("first")
    second.join(30)

    assert order == ["first", "second"]


def test_the_last_complaint_of_pip_is_the_one_told(tmp_path: Path) -> None:
    log = tmp_path / "installation.log"
    log.write_text("ERROR: first\nsomething\nERROR: second.\ncontext\n", encoding="utf-8")

    assert last_error(log) == "second"
    assert last_error(tmp_path / "none") == "it gave no reason"


def test_what_a_program_says_goes_into_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"

    status = installation.run_program([sys.executable, "-c", "print('working'); raise SystemExit(3)"], log)

    assert (status, log.read_text(encoding="utf-8")) == (3, "working\n")
