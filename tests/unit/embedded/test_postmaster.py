import os
import subprocess
import sys

import pytest

from brief_audio.embedded.postmaster import Postmaster, is_dead, is_ours, is_running, read_postmaster

WRITTEN = """4711
/srv/postgres/cluster
1764000000
5432
/srv/postgres/socket
127.0.0.1
  1234567     65538
ready
"""


def test_the_file_of_a_ready_server_is_understood(tmp_path):
    (tmp_path / "postmaster.pid").write_text(WRITTEN)

    postmaster = read_postmaster(tmp_path)

    assert postmaster == Postmaster(4711, 5432, "/srv/postgres/socket", "127.0.0.1", "ready")
    assert postmaster.is_ready
    assert postmaster.tcp_port == 5432


def test_a_server_without_an_address_has_no_tcp_port(tmp_path):
    (tmp_path / "postmaster.pid").write_text(WRITTEN.replace("127.0.0.1", ""))

    assert read_postmaster(tmp_path).tcp_port is None


@pytest.mark.parametrize("lines", range(8))
def test_a_file_that_is_just_being_written_is_not_ready(tmp_path, lines):
    (tmp_path / "postmaster.pid").write_text("\n".join(WRITTEN.splitlines()[:lines]))

    assert not read_postmaster(tmp_path).is_ready


def test_no_file_is_none(tmp_path):
    assert read_postmaster(tmp_path) is None


def test_a_stranger_with_the_same_number_is_not_the_server(tmp_path):
    stranger = Postmaster(os.getpid(), 5432, "", "", "ready")

    assert not is_running(stranger, tmp_path)
    assert not is_ours(stranger)


def test_a_number_that_nobody_has_is_dead(tmp_path):
    nobody = Postmaster(2**22 + 1, 5432, "", "", "ready")

    assert is_dead(nobody.pid)
    assert not is_running(nobody, tmp_path)


def test_a_process_that_nobody_has_reaped_is_dead():
    child = subprocess.Popen([sys.executable, "-S", "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert is_dead(child.pid)
    assert not is_dead(os.getpid())
    child.wait()
