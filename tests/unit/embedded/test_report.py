import os

import pytest

from brief_audio.embedded.report import KeeperReport, KeeperState, read_report, write_report


@pytest.fixture
def descriptor(tmp_path):
    opened = os.open(tmp_path / "report", os.O_RDWR | os.O_CREAT)
    yield opened
    os.close(opened)


def test_a_report_is_read_as_it_was_written(descriptor, tmp_path):
    report = KeeperReport(KeeperState.READY, 1, 2, "/srv/a b/socket", 5432, None, "größer")

    write_report(descriptor, report)

    assert read_report(tmp_path / "report") == report


def test_a_shorter_report_leaves_nothing_of_the_longer(descriptor, tmp_path):
    write_report(descriptor, KeeperReport(KeeperState.FAILED, message="long " * 100))
    write_report(descriptor, KeeperReport(KeeperState.STARTING))

    assert read_report(tmp_path / "report") == KeeperReport(KeeperState.STARTING)


def test_no_report_is_none(tmp_path):
    assert read_report(tmp_path / "report") is None


def test_half_a_report_is_none(tmp_path):
    (tmp_path / "report").write_text('{"state": "rea')

    assert read_report(tmp_path / "report") is None


def test_signs_in_a_folder_are_escaped_in_the_address():
    report = KeeperReport(KeeperState.READY, socket_folder="/srv/50 % & more?", port=5433)

    assert report.url == "postgresql://postgres@/brief_audio?host=/srv/50%20%25%20%26%20more%3F&port=5433"
