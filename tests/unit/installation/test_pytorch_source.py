"""Which build of PyTorch a machine gets; pip, its settings and the card are stood in for, and nothing is downloaded."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from brief_audio import installation
from brief_audio.installation import VERSION, VirtualEnvironment
from brief_audio.preflight import GIGABYTE, PreflightError
from brief_audio.pytorch_source import CPU_INDEX, lacks_nvidia_card, names_a_source

QUESTION = f"index versions torch --no-input --index-url {CPU_INDEX} --timeout 5 --retries 0"
CPU_BUILD = f"install --no-input --index-url {CPU_INDEX} -r requirements-torch.txt"
PIPS_OWN = "install --no-input -r requirements-torch.txt"
CHOSEN = "global.index-url='https://mirror.example.org/simple'\n"


class FakePip:
    """Notes what pip is asked about torch; commands that hold one of `failing` fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failing: tuple[str, ...] = ()

    def __call__(self, command: Sequence[str], output: Path) -> int:
        if "venv" in command:
            (Path(command[-1]) / "lib" / VERSION / "site-packages").mkdir(parents=True)
            return 0
        words = " ".join(command[3:])
        if "torch" in words:
            self.asked.append(words)
        return int(any(word in words for word in self.failing))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for part in installation.PARTS["run"]:
        (tmp_path / part.files[0]).write_text("torch==2.13.0  # speaks\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def pip() -> FakePip:
    return FakePip()


def install(
    project: Path, pip: FakePip, *, settings: str = "", lacks_card: bool = True, free_gigabytes: int = 100
) -> str:
    """Install everything; return what was said."""
    said: list[str] = []
    machine = VirtualEnvironment(
        project,
        pip,
        said.append,
        ask=lambda command: settings,
        lacks_card=lambda: lacks_card,
        free_bytes=lambda folder: free_gigabytes * GIGABYTE,
    )
    machine.complete("run", {"TMPDIR": str(project)})
    return "\n".join(said)


def test_without_a_card_it_is_the_cpu_build_and_that_is_said(project: Path, pip: FakePip) -> None:
    said = install(project, pip)

    assert pip.asked == [QUESTION, CPU_BUILD]
    assert f"No NVIDIA card found: installing PyTorch's CPU build from {CPU_INDEX}" in said


def test_with_a_card_pip_decides(project: Path, pip: FakePip) -> None:
    install(project, pip, lacks_card=False)

    assert pip.asked == [PIPS_OWN]


def test_settings_of_pip_come_first(project: Path, pip: FakePip) -> None:
    install(project, pip, settings=CHOSEN)

    assert pip.asked == [PIPS_OWN]


def test_an_index_that_does_not_answer_is_asked_once(project: Path, pip: FakePip) -> None:
    pip.failing = (CPU_INDEX,)

    said = install(project, pip)

    assert pip.asked == [QUESTION, PIPS_OWN]
    assert "failed: installing the much larger build from pip's default index" in said


def test_the_build_for_cards_is_not_begun_where_it_has_no_room(project: Path, pip: FakePip) -> None:
    pip.failing = (CPU_INDEX,)

    with pytest.raises(PreflightError, match=r"11\.5 GB .* or check that this machine can reach"):
        install(project, pip, free_gigabytes=11)

    assert pip.asked == [QUESTION]


def test_an_index_without_a_build_for_this_machine_gives_way_too(project: Path, pip: FakePip) -> None:
    pip.failing = (CPU_BUILD,)

    install(project, pip)

    assert pip.asked == [QUESTION, CPU_BUILD, PIPS_OWN]


@pytest.mark.parametrize("build", ["", "+cpu", "+cu130"])
def test_a_build_that_is_there_stays(project: Path, pip: FakePip, build: str) -> None:
    installed = project / ".venv" / "lib" / VERSION / "site-packages" / f"torch-2.13.0{build}.dist-info"
    installed.mkdir(parents=True)
    (installed / "RECORD").touch()
    (project / ".venv" / "bin").mkdir()
    (project / ".venv" / "bin" / "python").touch()

    install(project, pip)

    assert pip.asked == [PIPS_OWN]


def test_the_installed_choice_is_not_made_again(project: Path, pip: FakePip) -> None:
    install(project, pip)
    pip.asked.clear()

    assert install(project, pip) == ""
    assert pip.asked == []


@pytest.mark.parametrize(
    "settings",
    [
        CHOSEN,
        ":env:.index-url='https://mirror.example.org/simple'",
        ":env:.extra-index-url='https://mirror.example.org/simple'",
        "install.find-links='/wheels'",
        "global.timeout='5'\nglobal.find-links='\\n/wheels\\n/more'",
        ":env:.no-index='1'",
        "global.no-index='true'",
    ],
)
def test_what_names_a_source(settings: str) -> None:
    assert names_a_source(settings)


@pytest.mark.parametrize(
    "settings",
    [
        "",
        "global.timeout='5'\nglobal.cert='/etc/index-url'",
        "global.index-url='https://pypi.org/simple/'",
        ":env:.index-url=''",
        ":env:.no-index='0'",
        "download.index-url='https://mirror.example.org/simple'",
        "WARNING: something\n= ",
    ],
)
def test_what_names_none(settings: str) -> None:
    assert not names_a_source(settings)


def test_pips_settings_are_asked_for_and_read(tmp_path: Path) -> None:
    """The real pip, with a settings file of its own."""
    (tmp_path / "pip.conf").write_text("[install]\nextra_index_url = https://mirror.example.org/simple\n", "utf-8")
    command = ["env", "-i", f"PIP_CONFIG_FILE={tmp_path / 'pip.conf'}", "HOME=/nowhere"]

    told = installation.answer_of([*command, sys.executable, "-m", "pip", "config", "list"])

    assert "install.extra-index-url='https://mirror.example.org/simple'" in told.splitlines()
    assert names_a_source(told)


def file(root: Path, name: str, text: str = "") -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="ascii")


@pytest.mark.parametrize("name", ["proc/driver/nvidia/version", "dev/nvidia0", "usr/lib/wsl/lib/libcuda.so.1"])
def test_a_card_with_its_driver_is_found(tmp_path: Path, name: str) -> None:
    file(tmp_path, name)

    assert not lacks_nvidia_card(tmp_path, "linux")


@pytest.mark.parametrize(
    ("vendor", "kind", "lacks"),
    [
        ("0x10de\n", "0x030000\n", False),  # GeForce
        ("0x10de\n", "0x030200\n", False),  # a card of a data centre
        ("0x10de\n", "0x040300\n", True),  # a card's sound, or a chip of an old board
        ("0x8086\n", "0x030000\n", True),
    ],
)
def test_a_card_without_a_driver_is_found(tmp_path: Path, vendor: str, kind: str, lacks: bool) -> None:
    file(tmp_path, "sys/bus/pci/devices/0000:01:00.0/vendor", vendor)
    file(tmp_path, "sys/bus/pci/devices/0000:01:00.0/class", kind)

    assert lacks_nvidia_card(tmp_path, "linux") is lacks


def test_only_linux_gets_the_build_for_cards_by_default(tmp_path: Path) -> None:
    assert lacks_nvidia_card(tmp_path, "linux")
    assert not lacks_nvidia_card(tmp_path, "darwin")
