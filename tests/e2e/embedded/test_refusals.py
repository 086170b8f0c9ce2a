"""What a person is told where there can be no server."""

import socket

import pytest

from brief_audio.embedded import EmbeddedServerError, hold_server

pytestmark = pytest.mark.slow


def test_a_cluster_of_another_version_is_left_alone(scene, data_dir):
    version = scene.home / "cluster" / "PG_VERSION"
    version.write_text("16\n")

    with pytest.raises(
        EmbeddedServerError, match=r"created by PostgreSQL 16, but this program includes PostgreSQL \d+\."
    ):
        hold_server(data_dir)

    assert version.read_text() == "16\n"


def test_a_folder_that_is_no_cluster_is_left_alone(fresh_scene, tmp_path):
    precious = tmp_path / "postgres" / "cluster" / "precious"
    precious.parent.mkdir(parents=True)
    precious.write_text("mine")

    with pytest.raises(EmbeddedServerError, match=r"is not a PostgreSQL data folder\. Move it away"):
        hold_server(tmp_path)

    assert precious.read_text() == "mine"


def test_a_damaged_cluster_is_reported_in_postgresqls_own_words(scene, data_dir):
    (scene.home / "cluster" / "global" / "pg_control").write_bytes(b"")

    with pytest.raises(EmbeddedServerError, match=r"(?s)PostgreSQL did not start.*The log is .*pg_control"):
        hold_server(data_dir)


def test_a_taken_tcp_port_is_named(scene, data_dir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(EmbeddedServerError, match="The TCP port is in use"):
            hold_server(data_dir, tcp_port=taken.getsockname()[1])


def test_a_file_in_the_place_of_the_folder_is_reported(tmp_path):
    (tmp_path / "postgres").write_text("")

    with pytest.raises(EmbeddedServerError, match=r"cannot use the data folder .*"):
        hold_server(tmp_path)


def test_a_file_in_the_place_of_the_socket_folder_is_reported(scene, data_dir):
    (scene.home / "socket").write_text("")

    with pytest.raises(EmbeddedServerError, match=r"could not be started.*\n.*File exists"):
        hold_server(data_dir)

    assert scene.left() == []


def test_a_failed_start_leaves_nothing_and_can_be_mended(scene, data_dir):
    version = scene.home / "cluster" / "PG_VERSION"
    right = version.read_text()
    version.write_text("16\n")
    with pytest.raises(EmbeddedServerError):
        hold_server(data_dir)
    assert scene.left() == []

    version.write_text(right)

    hold_server(data_dir).close()


def test_too_little_time_is_said_to_be_that(scene, data_dir):
    with pytest.raises(EmbeddedServerError, match="took too long"):
        hold_server(data_dir, timeout_seconds=0)

    scene.wait_until_nothing_left()
