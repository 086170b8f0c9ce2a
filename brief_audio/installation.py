"""Makes `.venv` complete, for running or for the tests: run by make, standard library only.

A finished installation is recognised by the fingerprint of its requirement files, so that a second start asks pip for
nothing. One that broke off goes on where it stopped.
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

Runner = Callable[[Sequence[str], Path], int]  # runs a program, its output into a file; returns its exit status
Asker = Callable[[Sequence[str]], str]  # runs a program; returns what it prints


class InstallationError(PreflightError):
    """Do what the sentence says, then start again: what was installed already stays."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, FAILED_STATUS)


@dataclass(frozen=True)
class Part:
    """One call of pip: the sentence said before it, and the requirement files it installs."""

    sentence: str
    files: tuple[str, ...]
    has_hashes: bool = True


PIP = Part("Installing pip …", ("requirements-pip.txt",))
TORCH = Part("Installing PyTorch …", ("requirements-torch.txt",), has_hashes=False)
LOCKED = Part("Installing the locked requirements, about two minutes …", ("requirements.lock",))
TESTS = Part("Installing what the tests need …", ("requirements-dev.lock",))
PARTS = {"run": (PIP, TORCH, LOCKED), "test": (PIP, TORCH, LOCKED, TESTS)}


def answer_of(command: Sequence[str]) -> str:
    """Run a program; return what it prints, nothing where it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


class Installation:
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
        """Install what is missing for `purpose` (a key of `PARTS`); ask pip for nothing where all is there.

        Raise `PreflightError` where the machine is not up to it, `InstallationError` where pip failed.
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

    def _missing(self, purpose: str) -> list[Part]:
        return [part for part in PARTS[purpose] if not self._is_installed(part)]

    def _is_installed(self, part: Part) -> bool:
        stamp = self._stamp(part)
        return stamp.is_file() and stamp.read_text(encoding="utf-8") == self._fingerprint(part)

    def _stamp(self, part: Part) -> Path:
        return self._environment / f".installed-{part.files[0]}"

    def _fingerprint(self, part: Part) -> str:
        """Return a hash over Python's version, this part's files and those of the parts before it."""
        before = PARTS["test"][: PARTS["test"].index(part) + 1]
        digest = hashlib.sha256(VERSION.encode())
        for name in (name for each in before for name in each.files):
            digest.update((self._project / name).read_bytes())
        return digest.hexdigest()

    def _prepare(self) -> None:
        if self._unfinished.exists():
            self._say("The last installation was interrupted: it goes on where it stopped.")
            self._forget_half_installed()
        if not self._has_pip():
            self._say("Making the virtual environment .venv …")
            # Not this Python where it belongs to the damaged environment itself.
            python = getattr(sys, "_base_executable", sys.executable)
            command = [python, "-m", "venv", "--clear", str(self._environment)]
            if self._run(command, Path(os.devnull)) != 0:
                raise InstallationError(f"The virtual environment could not be made: try {shlex.join(command)}")
        self._unfinished.touch()

    def _has_pip(self) -> bool:
        command = [str(self._python), "-m", "pip", "--version"]
        is_of_this_python = (self._environment / "lib" / VERSION).is_dir()
        return is_of_this_python and self._python.exists() and self._run(command, Path(os.devnull)) == 0

    def _forget_half_installed(self) -> None:
        """Let pip install again what it was killed in: it writes RECORD last and would take the rest for complete."""
        for folder in self._environment.glob(f"lib/{VERSION}/site-packages/*.dist-info"):
            if not (folder / "RECORD").exists():
                (folder / "METADATA").unlink(missing_ok=True)

    def _install_torch(self, env: Mapping[str, str]) -> None:
        """Install PyTorch as pip's settings say; where they say nothing, the CPU build unless there is a card for more.

        Whatever keeps PyTorch's own index from giving it, pip's default index does.
        """
        if self._has_torch() or names_a_source(self._ask([str(self._python), "-m", "pip", "config", "list"])):
            self._install(TORCH)
            return
        instead = f"take PyTorch's much smaller CPU build (PIP_EXTRA_INDEX_URL={CPU_INDEX})"
        if self._lacks_card():
            self._say(f"No NVIDIA card was found: taking PyTorch's CPU build from {CPU_INDEX} …")
            if self._answers(CPU_INDEX) and self._pip(TORCH, "--index-url", CPU_INDEX) == 0:
                self._note(TORCH)
                return
            self._say(f"{CPU_INDEX} does not give it: taking the much larger build of pip's default index …")
            instead = f"see that this machine reaches {CPU_INDEX}"
        needs = disk_needs(self._project, env, has_cuda=sys.platform == "linux")
        check_disk(needs, self._free_bytes, instead=instead)
        self._install(TORCH)

    def _has_torch(self) -> bool:
        """Return whether the pinned version is there in any build."""
        pins = (self._project / TORCH.files[0]).read_text(encoding="utf-8").split()
        versions = [pin.removeprefix("torch==") for pin in pins if pin.startswith("torch==")]
        packages = self._environment / "lib" / VERSION / "site-packages"
        builds = [f"torch-{version}{build}.dist-info/RECORD" for version in versions for build in ("", "+*")]
        return any(any(packages.glob(build)) for build in builds)

    def _answers(self, index: str) -> bool:
        command = [str(self._python), "-m", "pip", "index", "versions", "torch", "--no-input", "--index-url", index]
        return self._run([*command, *QUICKLY], self._log) == 0

    def _install(self, part: Part) -> None:
        self._say(part.sentence)
        if self._pip(part) != 0:
            raise InstallationError(
                f"pip could not finish ({last_error(self._log)}). Once that is mended start again: it goes on where "
                f"it stopped. All that pip said is in {self._log.relative_to(self._project)}."
            )
        self._note(part)

    def _pip(self, part: Part, *options: str) -> int:
        hashes = ["--require-hashes"] if part.has_hashes else []
        files = [option for name in part.files for option in ("-r", name)]
        command = [str(self._python), "-m", "pip", "install", "--no-input", *options, *hashes, *files]
        return self._run(command, self._log)

    def _note(self, part: Part) -> None:
        self._stamp(part).write_text(self._fingerprint(part), encoding="utf-8")


@contextmanager
def only_one_installation(project: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the project's installation lock; wait where another `make` is installing. It ends with the process."""
    folder = os.open(project, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another installation is going on here: waiting for it …")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def last_error(log: Path) -> str:
    """Return pip's last complaint, without its label."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    complaints = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return complaints[-1].rstrip(" .:") if complaints else "it gave no reason"


def run_program(command: Sequence[str], output: Path) -> int:
    """Run a program with its output in a file; on a terminal its last line shows how far it is."""
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
    """Replace the line at the bottom of the terminal; say nothing where there is none."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\x1b[K{line[:width]}")
        sys.stderr.flush()


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"{sentence}\n")


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Install for the purpose that `arguments` name; return the exit status."""
    (purpose,) = arguments
    try:
        Installation(PROJECT, run_program, say).complete(purpose, env)
    except PreflightError as error:
        return refuse(error)
    except KeyboardInterrupt:
        say("\nInterrupted: the next try goes on where this one stopped.")
        return INTERRUPTED_STATUS
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
