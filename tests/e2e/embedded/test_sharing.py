"""Several commands, one server: nobody takes it from anybody, and nothing of it outlives them."""

import os
import signal

import psycopg2
import pytest

from brief_audio.embedded import EmbeddedServerError, hold_server

pytestmark = pytest.mark.slow


def test_the_first_hold_gives_an_empty_utf8_database(tmp_path):
    with hold_server(tmp_path) as server:
        connection = psycopg2.connect(server.url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), pg_encoding_to_char(encoding), datlocale FROM pg_database "
                           "WHERE datname = current_database()")  # fmt: skip
            row = cursor.fetchone()
        connection.close()

    assert row == ("brief_audio", "UTF8", "C.UTF-8")


def test_closing_the_only_hold_has_stopped_everything_when_it_returns(scene, data_dir):
    server = hold_server(data_dir)
    assert scene.left()

    server.close()

    assert scene.left() == []


def test_closing_twice_is_harmless(data_dir):
    server = hold_server(data_dir)
    server.close()

    server.close()


def test_whoever_started_the_server_may_leave_first(scene, is_answered):
    first, second = scene.hold(), scene.hold()
    assert first.said == second.said

    first.leave()

    assert is_answered(second.said)
    second.leave()
    assert scene.left() == []


def test_two_holds_of_one_process_are_two(scene, data_dir, is_answered):
    first, second = hold_server(data_dir), hold_server(data_dir)

    first.close()

    assert is_answered(second.url)
    second.close()
    assert scene.left() == []


def test_eight_commands_at_once_get_one_server(fresh_scene):
    holders = [fresh_scene.hold() for _ in range(8)]

    urls = {holder.said for holder in holders}

    assert len(urls) == 1
    assert next(iter(urls)).startswith("postgresql://")
    assert len([line for line in fresh_scene.left() if "/bin/postgres" in line]) == 1
    for holder in holders:
        holder.leave()
    assert fresh_scene.left() == []


def test_commands_that_come_and_go_always_find_a_server(scene, is_answered):
    for _ in range(3):
        leaving = scene.hold()
        assert leaving.said.startswith("postgresql://")
        leaving.process.stdin.close()

        coming = scene.hold()

        assert is_answered(coming.said)
        coming.leave()
        leaving.process.wait()


def test_a_killed_holder_takes_the_server_from_nobody(scene, is_answered):
    starter, other = scene.hold(), scene.hold()
    assert starter.said == other.said

    starter.kill()

    assert is_answered(other.said)


def test_nothing_is_left_when_every_holder_was_killed(scene):
    holders = [scene.hold(), scene.hold()]
    assert len({holder.said for holder in holders}) == 1

    for holder in holders:
        holder.kill()

    scene.wait_until_nothing_left()


def test_ctrl_c_for_the_whole_group_leaves_the_server_to_the_others(scene, is_answered):
    starter, other = scene.hold(), scene.hold()
    assert starter.said == other.said

    os.killpg(starter.process.pid, signal.SIGINT)
    starter.process.wait()

    assert is_answered(other.said)


def test_the_death_of_the_whole_group_leaves_the_server_to_the_others(scene, is_answered):
    starter, other = scene.hold(), scene.hold()
    assert starter.said == other.said

    os.killpg(starter.process.pid, signal.SIGKILL)
    starter.process.wait()

    assert is_answered(other.said)
    assert scene.hold().said == other.said


def test_the_server_has_a_process_group_of_its_own(scene):
    holder = scene.hold()
    assert holder.said

    group = os.getpgid(scene.report.server_pid)

    assert group not in {holder.process.pid, os.getpgid(scene.report.keeper_pid)}


def test_a_command_that_is_asked_for_another_tcp_port_is_told(scene, data_dir):
    assert scene.hold().said.startswith("postgresql://")

    with pytest.raises(EmbeddedServerError, match="without TCP port 54321"):
        hold_server(data_dir, tcp_port=54321)
