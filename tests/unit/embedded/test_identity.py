import os
import subprocess
import sys
from pathlib import Path

import pytest

from brief_audio import embedded
from brief_audio.embedded import EmbeddedServerError
from brief_audio.embedded.identity import Way, choose_identity
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.programs import find_programs, major_version

NOBODY = 65534
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
WHO_AM_I = """
import os
from pathlib import Path
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(os.geteuid(), os.getegid(), os.getgroups(), status["CapPrm"].strip())
"""


def run_as(change):
    """Run a Python that becomes somebody else by `change`; return what it then is, or why it is not."""
    root = str(Path(embedded.__file__).parents[2])
    code = f"import sys; sys.path.insert(0, {root!r})\nfrom brief_audio.embedded import kernel\n{change}\n{WHO_AM_I}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def write_program(folder, script):
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_in_its_own_folder_root_is_somebody_else_and_others_are_themselves(tmp_path):
    identity = choose_identity(Layout(tmp_path), find_programs())

    assert identity.uid != 0
    assert (identity.way is Way.ITSELF) == (os.geteuid() != 0)
    if identity.way is Way.NAMESPACE:
        assert identity.owner == (os.geteuid(), os.getegid())


@ROOT_ONLY
def test_in_somebodys_folder_root_becomes_that_user_without_powers(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    write_program(tmp_path, "exit 0")

    with pytest.raises(EmbeddedServerError, match=rf"other user, {NOBODY}: "):  # pytest's folder is root's alone
        choose_identity(Layout(home), tmp_path)


def test_programs_that_are_missing_are_named(tmp_path):
    with pytest.raises(EmbeddedServerError, match=r"no other user works here(.|\n)*No such file(.|\n)*postgres"):
        choose_identity(Layout(tmp_path), tmp_path)


def test_programs_that_do_not_run_tell_why(tmp_path):
    write_program(tmp_path, "echo cannot open libz.so.1 >&2; exit 127")

    with pytest.raises(EmbeddedServerError, match=r"Tried:\n  .*: cannot open libz\.so\.1"):
        choose_identity(Layout(tmp_path), tmp_path)


def test_the_major_version_is_that_of_the_wheel():
    assert major_version(find_programs()) == "18"


def test_a_namespace_gives_another_number_and_no_power():
    done = run_as(f"kernel.enter_namespace({NOBODY}, {NOBODY})\nimport os; os.execv(sys.executable, "
                  f"[sys.executable, '-c', {WHO_AM_I!r}])")  # fmt: skip
    if "PermissionError" in done.stderr or "No space left" in done.stderr:
        pytest.skip("user namespaces are forbidden here")

    assert done.stdout.split()[:2] == [str(NOBODY), str(NOBODY)]
    assert done.stdout.split()[-1] == "0000000000000000"


@ROOT_ONLY
@pytest.mark.parametrize(("reaches", "powers"), [(False, "0000000000000000"), (True, "0000000000000002")])
def test_another_user_has_no_group_and_at_most_one_power(reaches, powers):
    done = run_as(f"kernel.become_user({NOBODY}, {NOBODY}, reaches_every_file={reaches})")

    assert done.stdout.strip() == f"{NOBODY} {NOBODY} [] {powers}", done.stderr


def test_a_process_whose_parent_has_gone_already_leaves_at_once():
    done = run_as("import signal; kernel.die_with_parent(2**22 + 1, signal.SIGTERM)")

    assert done.returncode == 1
    assert done.stdout == ""


def test_a_call_that_the_kernel_refuses_raises_its_reason():
    done = run_as("import signal; kernel.die_with_parent(0, 1000)")

    assert "OSError: [Errno 22]" in done.stderr
