"""What a person reads of a job that waits, and of a brief that was made."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.e2e.product import Product

pytestmark = pytest.mark.slow

BRIEF = {
    "show": "morning-brief",
    "date": "2026-03-20",
    "title": "Friday",
    "items": [{"headline": "The bridge opens", "body": "It opens at noon."}],
}


@pytest.fixture
def with_brief(with_show: Product, tmp_path: Path) -> Product:
    (tmp_path / "brief.json").write_text(json.dumps(BRIEF), encoding="utf-8")
    assert with_show.command("briefs", "import", str(tmp_path / "brief.json")).returncode == 0
    return with_show


def told(text: bytes) -> dict[str, str]:
    """The labels and values of a report."""
    pairs = (line.split("  ", 1) for line in text.decode().splitlines() if "  " in line)
    return {label: value.strip() for label, value in pairs}


def test_a_brief_that_was_made_is_told_with_the_whole_address_of_its_page(with_brief: Product) -> None:
    with_brief.extra = {"BRIEF_PUBLIC_URL": "https://audio.example.org/"}

    done = with_brief.command("generate", "morning-brief/2026-03-20", "--wait")

    assert done.returncode == 0, done.stderr.decode()
    assert told(done.stdout)["page"] == "https://audio.example.org/briefs/morning-brief-2026-03-20"


def test_a_job_that_waits_says_when_it_is_tried_again(with_brief: Product) -> None:
    with_brief.extra = {"SECRET_KEY": "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"}
    job = with_brief.command("generate", "morning-brief/2026-03-20").stdout.decode().strip()
    with_brief.extra["IMAGEIO_FFMPEG_EXE"] = "/bin/false"

    with_brief.command("scheduler", "--once")

    shown = with_brief.command("jobs", "show", job)
    report = json.loads(with_brief.command("jobs", "show", job, "--json").stdout)["job"]

    due = datetime.fromisoformat(report["next_attempt_at"])
    assert (report["status"], report["attempt"]) == ("queued", 1)
    assert due > datetime.fromisoformat(report["created_at"])
    assert told(shown.stdout)["next attempt"] == due.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def test_a_job_that_is_over_has_no_next_attempt(with_brief: Product) -> None:
    job = with_brief.command("generate", "morning-brief/2026-03-20").stdout.decode().strip()
    with_brief.command("jobs", "cancel", job)

    assert told(with_brief.command("jobs", "show", job).stdout)["next attempt"] == "–"
