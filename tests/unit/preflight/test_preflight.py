"""What the machine is refused for, before anything is installed."""

import ast
import errno
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from brief_audio import preflight
from brief_audio.preflight import GIGABYTE, PreflightError

SOURCE = Path(preflight.__file__)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14), (3, 11, 7)])
def test_python_3_11_to_3_14_will_do(version: tuple[int, ...]) -> None:
    preflight.check_python(version)


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10, 14), (3, 15), (4, 0)])
def test_another_python_is_told_which_to_install(version: tuple[int, ...]) -> None:
    with pytest.raises(PreflightError, match=r"Python 3\.11 to 3\.14, .* make run PYTHON=python3\.11") as caught:
        preflight.check_python(version)

    assert caught.value.status == 78


@pytest.mark.parametrize("lacking", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_the_package(lacking: str) -> None:
    with pytest.raises(PreflightError, match=r"apt-get install python3\.\d+-venv"):
        preflight.check_venv(find=lambda name: name != lacking)


def test_this_python_makes_virtual_environments() -> None:
    preflight.check_venv()


def test_needs_on_one_disk_are_added_up(tmp_path: Path) -> None:
    needs = [(tmp_path, 2.0), (tmp_path / "not" / "made" / "yet", 1.5)]

    preflight.check_disk(needs, free_bytes=lambda folder: int(3.5 * GIGABYTE))
    with pytest.raises(PreflightError, match=r"needs about 3\.5 GB of free disk .* only 3\.4 GB are free") as caught:
        preflight.check_disk(needs, free_bytes=lambda folder: int(3.4 * GIGABYTE))

    assert caught.value.status == 1


def test_free_disk_is_read_from_the_disk_itself(tmp_path: Path) -> None:
    with pytest.raises(PreflightError, match="Free up space"):
        preflight.check_disk([(tmp_path, 10.0**9)])


def test_the_build_for_nvidia_cards_needs_more_disk(tmp_path: Path) -> None:
    cpu = sum(need for _, need in preflight.disk_needs(tmp_path, {}))
    cuda = sum(need for _, need in preflight.disk_needs(tmp_path, {}, has_cuda=True))

    assert (cpu, cuda) == (pytest.approx(4.0), pytest.approx(11.5))


def test_a_full_disk_is_told_what_else_would_do(tmp_path: Path) -> None:
    with pytest.raises(PreflightError, match="Free up space, or take less, then start again"):
        preflight.check_disk([(tmp_path, 1.0)], free_bytes=lambda folder: 0, instead="take less")


def test_a_torch_that_is_there_needs_no_more_disk(tmp_path: Path) -> None:
    torch = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages" / "torch"
    torch.mkdir(parents=True)
    (torch / "__init__.py").touch()

    assert sum(need for _, need in preflight.disk_needs(tmp_path, {}, has_cuda=True)) == pytest.approx(3.0)


def test_needs_are_looked_at_where_the_settings_say(tmp_path: Path) -> None:
    env = {"BRIEF_DATA_DIR": "/data", "TMPDIR": "/elsewhere"}

    assert [folder for folder, _ in preflight.disk_needs(tmp_path, env)] == [
        tmp_path,
        Path("/elsewhere"),
        Path("/data"),
    ]


def test_a_taken_port_is_told_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PreflightError, match=f"Port {port} is in use.* make run PORT=") as caught:
            preflight.check_port(str(port))

    assert caught.value.status == 1


def test_a_port_is_free_again_once_its_holder_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as left:
        port = left.getsockname()[1]

    preflight.check_port(str(port))


@pytest.mark.parametrize("text", ["0", "65536", "-1", "eighty", "80.5", ""])
def test_a_port_is_a_whole_number(text: str) -> None:
    with pytest.raises(PreflightError, match="whole number from 1 to 65535"):
        preflight.check_port(text)


def test_other_reasons_against_a_port_are_given() -> None:
    assert "above 1023" in preflight.port_sentence(80, OSError(errno.EACCES, "Permission denied"))
    assert "Out of luck" in preflight.port_sentence(80, OSError(errno.EADDRNOTAVAIL, "Out of luck"))
    assert "PORT=8000" in preflight.port_sentence(65535, OSError(errno.EADDRINUSE, "in use"))


def test_main_looks_at_the_port_only_when_asked() -> None:
    env = {"PORT": "none"}

    assert preflight.main([], env) == 0
    assert preflight.main(["--port"], env) == 78


def test_a_refusal_is_one_sentence_and_no_trace() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "brief_audio.preflight", "--port"],
        cwd=SOURCE.parents[1],
        env={"PORT": "99999"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode, answer.stdout) == (78, "")
    assert answer.stderr == "PORT=99999: it must be a whole number from 1 to 65535.\n"


def test_an_old_python_can_read_it() -> None:
    for source in (SOURCE, SOURCE.parents[1] / "manage.py", SOURCE.with_name("__init__.py")):
        ast.parse(source.read_text(encoding="utf-8"), feature_version=(3, 6))
