"""Folders and surroundings that people really have."""

import tempfile

import psycopg2
import pytest

from brief_audio.embedded import hold_server
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.sockets import socket_folder

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "name",
    [
        "a folder with spaces " * 7,
        "a folder, with a comma",
        "quotes \" and ' and 100 % of #?&=+ signs",
        "größer",
    ],
    ids=["long", "comma", "signs", "not-ascii"],
)
def test_the_data_folder_may_be_called_anything(scene_in, tmp_path, is_answered, name):
    data_dir = tmp_path / name.strip()
    scene = scene_in(data_dir)
    server = hold_server(data_dir)

    assert is_answered(server.url)

    server.close()
    assert scene.left() == []


def test_a_socket_folder_elsewhere_is_private_and_does_not_stay(tmp_path):
    data_dir = tmp_path / ("long " * 24).strip()
    folder = socket_folder(Layout(data_dir / "postgres"))

    with hold_server(data_dir):
        assert folder.is_relative_to(tempfile.gettempdir()) or folder.is_relative_to("/run/user")
        assert folder.stat().st_mode & 0o777 == 0o700

    assert not folder.exists()


def test_nobody_else_can_enter_the_folder(data_dir):
    with hold_server(data_dir):
        assert (data_dir / "postgres").stat().st_mode & 0o777 == 0o700


def test_no_program_of_the_system_is_needed(fresh_scene, is_answered):
    holder = fresh_scene.hold(env={"PATH": "/nonexistent"})

    assert is_answered(holder.said)


def test_settings_of_other_postgres_clients_change_nothing(scene, is_answered):
    odd = {"PGPORT": "1", "PGDATA": "/nonexistent", "PGHOST": "/nonexistent", "PGUSER": "x", "PGDATABASE": "x"}

    assert is_answered(scene.hold(env=odd).said)


def test_a_strict_umask_is_no_hindrance(fresh_scene, is_answered):
    assert is_answered(fresh_scene.hold(umask=0o077).said)


def test_a_tcp_port_is_open_for_roles_with_a_password_only(data_dir, unused_tcp_port):
    with hold_server(data_dir, tcp_port=unused_tcp_port) as server:
        connection = psycopg2.connect(server.url)
        with connection, connection.cursor() as cursor:
            cursor.execute("ALTER ROLE postgres PASSWORD 'sesame'")
        connection.close()
        address = f"host=127.0.0.1 port={unused_tcp_port} user=postgres dbname=brief_audio"
        psycopg2.connect(f"{address} password=sesame").close()
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(f"{address} password=wrong")


def test_the_log_is_in_utc_and_beside_the_cluster(data_dir):
    with hold_server(data_dir):
        log = (data_dir / "postgres" / "postgres.log").read_text()

    assert " UTC [" in log
    assert (data_dir / "postgres" / "cluster").is_dir()
