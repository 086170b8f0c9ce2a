"""What is left standing when the keeper or the server itself is killed."""

import os
import shutil
import signal
import subprocess
import threading

import pytest

from brief_audio.embedded import hold_server
from brief_audio.embedded.identity import choose_identity, preparation
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.programs import find_programs

pytestmark = pytest.mark.slow


def kill_both(report):
    """Leave nothing but what is on the disk: no keeper that would start another server, no clean end."""
    os.kill(report.keeper_pid, signal.SIGSTOP)
    os.kill(report.server_pid, signal.SIGKILL)
    os.kill(report.keeper_pid, signal.SIGKILL)


def name_in_pid_file(cluster, pid):
    file = cluster / "postmaster.pid"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(pid), *lines[1:]]) + "\n")


def test_nothing_is_left_when_the_keeper_was_killed(scene):
    assert scene.hold().said.startswith("postgresql://")

    os.kill(scene.report.keeper_pid, signal.SIGKILL)

    scene.wait_until_nothing_left_but(scene.holders)


def test_nothing_is_left_when_keeper_and_holders_were_killed_at_once(scene):
    holder = scene.hold()
    assert holder.said.startswith("postgresql://")

    os.kill(scene.report.keeper_pid, signal.SIGKILL)
    holder.kill()

    scene.wait_until_nothing_left()


def test_the_next_command_gets_a_server_at_once_when_the_keeper_was_killed(scene, is_answered):
    assert scene.hold().said.startswith("postgresql://")

    os.kill(scene.report.keeper_pid, signal.SIGKILL)
    next_one = scene.hold()

    assert is_answered(next_one.said)


def test_a_killed_server_is_started_again_for_those_who_hold_it(scene, is_answered):
    holder = scene.hold()
    url, killed = holder.said, scene.report.server_pid

    os.kill(killed, signal.SIGKILL)

    scene.wait_for_other_server(killed)
    assert is_answered(url)


def test_a_server_is_started_again_although_its_log_was_removed(scene, is_answered):
    holder = scene.hold()
    url, killed = holder.said, scene.report.server_pid
    (scene.home / "postgres.log").unlink()

    os.kill(killed, signal.SIGKILL)

    scene.wait_for_other_server(killed)
    assert is_answered(url)


def test_nothing_is_left_when_somebody_removed_the_data_folder(scene):
    holder = scene.hold()
    assert holder.said.startswith("postgresql://")

    shutil.rmtree(scene.home)
    os.kill(holder.process.pid, signal.SIGKILL)

    scene.wait_until_nothing_left()


def test_a_stale_pid_file_does_not_hinder_the_next_start(scene, is_answered):
    holder = scene.hold()
    assert holder.said.startswith("postgresql://")
    kill_both(scene.report)
    holder.kill()
    assert (scene.home / "cluster" / "postmaster.pid").exists()

    assert is_answered(scene.hold().said)


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_hinder_it_either(scene, is_answered):
    holder = scene.hold()
    assert holder.said.startswith("postgresql://")
    kill_both(scene.report)
    holder.kill()
    name_in_pid_file(scene.home / "cluster", os.getpid())

    assert is_answered(scene.hold().said)


def test_a_first_start_that_was_cut_off_leaves_nothing_in_the_way(fresh_scene, is_answered, waits_until):
    holder = fresh_scene.hold()
    waits_until(lambda: list(fresh_scene.home.glob("unfinished-*/PG_VERSION")))
    holder.kill()
    for line in fresh_scene.left():
        if "__main__.py" in line:
            os.kill(int(line.partition(":")[0]), signal.SIGKILL)
    fresh_scene.wait_until_nothing_left()

    assert is_answered(fresh_scene.hold().said)
    assert not list(fresh_scene.home.glob("unfinished-*"))


def test_requests_to_end_do_not_take_the_server_from_its_holders(scene, is_answered):
    holder = scene.hold()
    assert holder.said.startswith("postgresql://")
    keeper = scene.report.keeper_pid

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(keeper, number)

    assert scene.hold().said == holder.said
    assert scene.report.keeper_pid == keeper
    assert is_answered(holder.said)


def test_the_server_outlives_the_thread_that_asked_for_it(data_dir, is_answered):
    holds = []
    asking = threading.Thread(target=lambda: holds.append(hold_server(data_dir)))
    asking.start()
    asking.join()

    assert is_answered(holds[0].url)

    holds[0].close()


def test_a_server_that_somebody_else_started_is_used_and_left_alone(scene, data_dir, is_answered):
    layout, programs = Layout(data_dir / "postgres"), find_programs()
    sockets = data_dir / "s"
    sockets.mkdir()
    with subprocess.Popen(
        [programs / "postgres", "-D", layout.cluster, "-k", sockets, "-h", ""],
        preexec_fn=preparation(choose_identity(layout, programs)),  # noqa: PLW1509 - as the keeper does it
        stderr=subprocess.DEVNULL,
    ) as foreign:
        own = f"postgresql://postgres@/brief_audio?host={sockets}"
        while not is_answered(own):
            assert foreign.poll() is None

        with hold_server(data_dir) as server:
            assert f"host={sockets}" in server.url
            assert is_answered(server.url)

        assert is_answered(own)
        foreign.send_signal(signal.SIGINT)
    scene.wait_until_nothing_left()
