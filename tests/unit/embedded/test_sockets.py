import os
import tempfile
from pathlib import Path

import pytest

from brief_audio.embedded import EmbeddedServerError
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.sockets import claim_folder, fits, remove_folder, socket_folder


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


def test_a_short_path_keeps_the_socket_beside_the_cluster():
    assert socket_folder(Layout(Path("/srv/brief/postgres"))) == Path("/srv/brief/postgres/socket")


def test_a_long_path_has_its_socket_elsewhere_always_in_the_same_place():
    layout = Layout(Path("/") / ("long" * 30))

    folder = socket_folder(layout)

    assert folder == socket_folder(layout)
    assert folder.parent in {Path(tempfile.gettempdir()), Path(f"/run/user/{os.geteuid()}")}
    assert fits(folder)


def test_two_long_paths_never_share_a_folder():
    one, other = Layout(Path("/") / ("long" * 30)), Layout(Path("/") / ("gone" * 30))

    assert socket_folder(one) != socket_folder(other)


def test_length_is_counted_in_bytes():
    assert fits(Path("/") / ("u" * 80))
    assert not fits(Path("/") / ("ü" * 80))


@pytest.mark.parametrize("name", ["a, b", 'say "b"'])
def test_a_path_that_postgresql_would_read_as_several_does_not_fit(name):
    assert not fits(Path("/srv") / name)


def test_a_claimed_folder_is_private_whatever_it_was(layout, tmp_path):
    folder = tmp_path / "socket"
    folder.mkdir(mode=0o755)

    claim_folder(folder, layout)

    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_put_in_the_folders_place_is_refused(layout, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    folder = tmp_path / "socket"
    folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EmbeddedServerError, match="belongs to another user"):
        claim_folder(folder, layout)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make somebody else's folder")
def test_somebody_elses_folder_is_refused(layout, tmp_path):
    folder = tmp_path / "socket"
    folder.mkdir()
    os.chown(folder, 65534, 65534)

    with pytest.raises(EmbeddedServerError, match="belongs to another user"):
        claim_folder(folder, layout)


def test_a_folder_with_something_in_it_is_not_removed(tmp_path):
    (tmp_path / "socket").mkdir()
    (tmp_path / "socket" / "in use").touch()

    remove_folder(tmp_path / "socket")

    assert (tmp_path / "socket").is_dir()
