"""Install everything into `.venv`, for running or for the tests. Run by make; standard library only.

A fingerprint of the requirement files marks a finished installation, so the next start doesn't run pip. An interrupted
installation resumes where it stopped.
"""

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from brief_audio.preflight import (
    FAILED_STATUS,
    PreflightError,
    check_disk,
    check_venv,
    disk_needs,
    free_bytes_at,
    refuse,
)
from brief_audio.pytorch_source import CPU_INDEX, QUICKLY, lacks_nvidia_card, names_a_source

PROJECT = Path(__file__).resolve().parent.parent
INTERRUPTED_STATUS = 130
VERSION = f"python{sys.version_info[0]}.{sys.version_info[1]}"

Runner = Callable[[Sequence[str], Path], int]  # runs a program with its output in a file; returns its exit status
Asker = Callable[[Sequence[str]], str]  # runs a program; returns its output


class InstallationError(PreflightError):
    """A failed installation; its message says what to do. Packages that are already installed stay."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, FAILED_STATUS)


@dataclass(frozen=True)
class PipStep:
    """One pip call: the message printed before it, and the requirement files it installs."""

    sentence: str
    files: tuple[str, ...]
    has_hashes: bool = True


PIP = PipStep("Installing pip …", ("requirements-pip.txt",))
TORCH = PipStep("Installing PyTorch …", ("requirements-torch.txt",), has_hashes=False)
LOCKED = PipStep("Installing the locked requirements (about two minutes) …", ("requirements.lock",))
TESTS = PipStep("Installing the test requirements …", ("requirements-dev.lock",))
PARTS = {"run": (PIP, TORCH, LOCKED), "test": (PIP, TORCH, LOCKED, TESTS)}


def answer_of(command: Sequence[str]) -> str:
    """Run a program; return its output, or nothing if it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


class VirtualEnvironment:
    """The virtual environment of one project folder."""

    def __init__(
        self,
        project: Path,
        run: Runner,
        say: Callable[[str], None],
        *,
        ask: Asker = answer_of,
        lacks_card: Callable[[], bool] = lacks_nvidia_card,
        free_bytes: Callable[[Path], int] = free_bytes_at,
    ) -> None:
        self._project = project
        self._run = run
        self._say = say
        self._ask = ask
        self._lacks_card = lacks_card
        self._free_bytes = free_bytes
        self._environment = project / ".venv"
        self._python = self._environment / "bin" / "python"
        self._unfinished = self._environment / ".installing"
        self._log = self._environment / "installation.log"

    def complete(self, purpose: str, env: Mapping[str, str]) -> None:
        """Install what is missing for `purpose` (a key of `PARTS`); don't run pip if nothing is missing.

        Raise `PreflightError` if the machine doesn't meet the requirements, `InstallationError` if pip fails.
        """
        if not self._missing(purpose):
            return
        with only_one_installation(self._project, self._say):
            if LOCKED in self._missing(purpose):
                check_venv()
                check_disk(disk_needs(self._project, env), self._free_bytes)
            self._prepare()
            for part in self._missing(purpose):
                if part is TORCH:
                    self._install_torch(env)
                else:
                    self._install(part)
            self._unfinished.unlink()

    def _missing(self, purpose: str) -> list[PipStep]:
        return [part for part in PARTS[purpose] if not self._is_installed(part)]

    def _is_installed(self, part: PipStep) -> bool:
        stamp = self._stamp(part)
        return stamp.is_file() and stamp.read_text(encoding="utf-8") == self._fingerprint(part)

    def _stamp(self, part: PipStep) -> Path:
        return self._environment / f".installed-{part.files[0]}"

    def _fingerprint(self, part: PipStep) -> str:
        """Return a hash of the Python version, this part's files and those of the parts before it."""
        before = PARTS["test"][: PARTS["test"].index(part) + 1]
        digest = hashlib.sha256(VERSION.encode())
        for name in (name for each in before for name in each.files):
            digest.update((self._project / name).read_bytes())
        return digest.hexdigest()

    def _prepare(self) -> None:
        if self._unfinished.exists():
            self._say("Resuming the interrupted installation …")
            self._forget_half_installed()
        if not self._has_pip():
            self._say("Creating the virtual environment .venv …")
            # Not sys.executable: it may belong to the damaged environment.
            python = getattr(sys, "_base_executable", sys.executable)
            command = [python, "-m", "venv", "--clear", str(self._environment)]
            if self._run(command, Path(os.devnull)) != 0:
                raise InstallationError(
                    f"Couldn't create the virtual environment. To see why, run: {shlex.join(command)}"
                )
        self._unfinished.touch()

    def _has_pip(self) -> bool:
        command = [str(self._python), "-m", "pip", "--version"]
        is_of_this_python = (self._environment / "lib" / VERSION).is_dir()
        return is_of_this_python and self._python.exists() and self._run(command, Path(os.devnull)) == 0

    def _forget_half_installed(self) -> None:
        """Make pip reinstall packages it was killed in: it writes RECORD last, but doesn't check for it."""
        for folder in self._environment.glob(f"lib/{VERSION}/site-packages/*.dist-info"):
            if not (folder / "RECORD").exists():
                (folder / "METADATA").unlink(missing_ok=True)

    def _install_torch(self, env: Mapping[str, str]) -> None:
        """Install PyTorch from the source in pip's settings; by default, the CPU build if there is no NVIDIA card.

        If PyTorch's own index fails for any reason, use pip's default index.
        """
        if self._has_torch() or names_a_source(self._ask([str(self._python), "-m", "pip", "config", "list"])):
            self._install(TORCH)
            return
        instead = f"use PyTorch's much smaller CPU build (PIP_EXTRA_INDEX_URL={CPU_INDEX})"
        if self._lacks_card():
            self._say(f"No NVIDIA card found: installing PyTorch's CPU build from {CPU_INDEX} …")
            if self._answers(CPU_INDEX) and self._pip(TORCH, "--index-url", CPU_INDEX) == 0:
                self._note(TORCH)
                return
            self._say(f"{CPU_INDEX} failed: installing the much larger build from pip's default index …")
            instead = f"check that this machine can reach {CPU_INDEX}"
        needs = disk_needs(self._project, env, has_cuda=sys.platform == "linux")
        check_disk(needs, self._free_bytes, instead=instead)
        self._install(TORCH)

    def _has_torch(self) -> bool:
        """Return whether the pinned version is installed, in any build."""
        pins = (self._project / TORCH.files[0]).read_text(encoding="utf-8").split()
        versions = [pin.removeprefix("torch==") for pin in pins if pin.startswith("torch==")]
        packages = self._environment / "lib" / VERSION / "site-packages"
        builds = [f"torch-{version}{build}.dist-info/RECORD" for version in versions for build in ("", "+*")]
        return any(any(packages.glob(build)) for build in builds)

    def _answers(self, index: str) -> bool:
        command = [str(self._python), "-m", "pip", "index", "versions", "torch", "--no-input", "--index-url", index]
        return self._run([*command, *QUICKLY], self._log) == 0

    def _install(self, part: PipStep) -> None:
        self._say(part.sentence)
        if self._pip(part) != 0:
            raise InstallationError(
                f"pip failed ({last_error(self._log)}). Fix the problem, then start again: the installation resumes "
                f"where it stopped. pip's full output is in {self._log.relative_to(self._project)}."
            )
        self._note(part)

    def _pip(self, part: PipStep, *options: str) -> int:
        hashes = ["--require-hashes"] if part.has_hashes else []
        files = [option for name in part.files for option in ("-r", name)]
        command = [str(self._python), "-m", "pip", "install", "--no-input", *options, *hashes, *files]
        return self._run(command, self._log)

    def _note(self, part: PipStep) -> None:
        self._stamp(part).write_text(self._fingerprint(part), encoding="utf-8")


@contextmanager
def only_one_installation(project: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the project's installation lock; wait for any other `make` that holds it. It ends with the process."""
    folder = os.open(project, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another installation in this folder to finish …")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def last_error(log: Path) -> str:
    """Return pip's last error message, without its label."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    complaints = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return complaints[-1].rstrip(" .:") if complaints else "it gave no reason"


def run_program(command: Sequence[str], output: Path) -> int:
    """Run a program with its output in a file; on a terminal, show its latest line."""
    with output.open("w", encoding="utf-8") as log:
        program = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace"
        )
        with program:
            for line in program.stdout or ():
                log.write(line)
                show_progress(line.strip())
    show_progress("")
    return program.returncode


def show_progress(line: str) -> None:
    """Replace the bottom line of the terminal; do nothing without a terminal."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\x1b[K{line[:width]}")
        sys.stderr.flush()


def say(sentence: str) -> None:
    """Print a message on standard error."""
    sys.stderr.write(f"{sentence}\n")


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Install for the purpose given in `arguments`; return the exit status."""
    (purpose,) = arguments
    try:
        VirtualEnvironment(PROJECT, run_program, say).complete(purpose, env)
    except PreflightError as error:
        return refuse(error)
    except KeyboardInterrupt:
        say("\nInterrupted. The next start resumes here.")
        return INTERRUPTED_STATUS
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
