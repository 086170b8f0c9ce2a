"""Nights as an operator has them: real schedulers, a schedule that comes due, and what became of it."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest

from brief_audio.embedded import hold_server
from tests.e2e.product import Product, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def dawn(product: Product) -> Product:
    """An installation with a show that nobody has a schedule for."""
    product.extra = {"SECRET_KEY": "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"}
    made = product.command("shows", "add", "dawn", "--title", "Dawn", "--zone", "UTC", "--voice", "tone")
    assert made.returncode == 0, made.stderr.decode()
    return product


@pytest.fixture
def minute() -> datetime:
    """The minute before this one: a night that was due then is late by now, and its date is known."""
    return datetime.now(UTC) - timedelta(minutes=1)


def import_brief(product: Product, folder: Path, minute: datetime, *options: str) -> None:
    today = minute.date().isoformat()
    (folder / "brief.md").write_text(f"---\nshow: dawn\ndate: {today}\n---\n# News\n## Rates\nThey stay.\n")
    done = product.command("briefs", "import", str(folder / "brief.md"), *options)
    assert done.returncode == 0, done.stderr.decode()


def add_schedule(product: Product, minute: datetime) -> None:
    """Give the show a schedule that came due at that minute, as if the schedulers had been started late."""
    added = product.command("schedules", "add", "dawn", f"{minute.minute} {minute.hour} * * *")
    assert added.returncode == 0, added.stderr.decode()
    with hold_server(product.data_dir) as server, closing(psycopg2.connect(server.url)) as connection:
        connection.autocommit = True
        connection.cursor().execute("UPDATE schedule SET since = now() - interval '1 hour'")


def jobs(product: Product) -> list[tuple[str, str]]:
    listed = json.loads(product.command("jobs", "list", "--json").stdout)
    return [(job["status"], job["requested_by"]) for job in listed]


def test_two_schedulers_make_one_edition_of_a_night(dawn: Product, tmp_path: Path, minute: datetime) -> None:
    import_brief(dawn, tmp_path, minute)
    add_schedule(dawn, minute)

    processes = [dawn.start("scheduler"), dawn.start("scheduler")]
    wait_until(lambda: "rendition 1 published" in dawn.talk, "the edition")

    assert [dawn.interrupt(process) for process in processes] == [0, 0]
    assert jobs(dawn) == [("completed", "schedule 1")]
    assert dawn.talk.count("scheduled run dawn/") == 1
    story = dawn.command("events", "tail", "--job", "1")
    told = [line.split("  ")[1].split(" ")[0] for line in story.stdout.decode().splitlines()]
    assert told[:3] == ["job.queued", "night.came", "job.claimed"]
    assert told[3:] == ["job.mastering", "job.storing", "job.completed", "rendition.published"]
    assert dawn.command("events", "tail", "--job", "9").returncode == 3
    assert (
        json.loads(dawn.command("events", "tail", "--limit", "1", "--json").stdout)[0]["kind"] == "rendition.published"
    )


def test_a_night_waits_for_the_editor_who_is_late(dawn: Product, tmp_path: Path, minute: datetime) -> None:
    import_brief(dawn, tmp_path, minute, "--draft")
    add_schedule(dawn, minute)
    process = dawn.start("scheduler")
    wait_until(lambda: "not ready" in dawn.talk, "the night")

    ready = dawn.command("briefs", "ready", f"dawn/{minute.date().isoformat()}")
    assert ready.returncode == 0, ready.stderr.decode()
    wait_until(lambda: "rendition 1 published" in dawn.talk, "the edition")

    assert dawn.interrupt(process) == 0
    assert jobs(dawn) == [("completed", "schedule 1")]


def test_one_turn_of_the_scheduler_keeps_the_nights_too(dawn: Product, tmp_path: Path, minute: datetime) -> None:
    import_brief(dawn, tmp_path, minute)
    add_schedule(dawn, minute)

    done = dawn.command("scheduler", "--once")

    assert done.returncode == 0, done.stderr.decode()
    assert jobs(dawn) == [("completed", "schedule 1")]


def test_a_schedule_is_made_shown_changed_and_removed(dawn: Product) -> None:
    made = dawn.command(
        "schedules", "add", "dawn", "30 5 * * mon-fri", "--zone", "Europe/London", "--ready-by", "06:30"
    )
    assert (made.returncode, made.stdout) == (0, b"1\n")
    assert b"every weekday at 05:30 London time. The edition must be published by 06:30." in made.stderr

    dawn.command("schedules", "skip", "1", "2027-03-26", "2027-03-29")
    shown = json.loads(
        dawn.command("schedules", "preview", "dawn", "--from", "2027-03-26", "--days", "4", "--json").stdout
    )
    assert [(night["local_date"], night["note"]) for night in shown] == [
        ("2027-03-26", "skipped"),
        ("2027-03-29", "skipped"),
    ]
    taken_back = dawn.command("schedules", "undo", "1", "2027-03-26", "2027-03-28").stderr.decode()
    assert taken_back.rstrip().endswith("Overrides: skip 2027-03-29. Removed: skip 2027-03-26 to 2027-03-28.")
    over = dawn.command("schedules", "edit", "1", "--cron", "0 0 * * *").stderr.decode()
    assert "Today's run at 00:00 has passed; the next one is on " in over
    for words, code in (
        (("add", "dawn", "30 5 * * 1-5"), 2),
        (("add", "dawn", "0 9 * * mon"), 4),
        (("add", "dusk", "0 9 * * sat"), 3),
        (("preview", "dusk"), 3),
        (("undo", "1", "2027-04-26"), 3),
        (("skip", "1", "2027-02-30"), 2),
        (("edit", "1", "--catch-up", "soon"), 2),
        (("run", "1"), 3),
        (("disable", "2"), 3),
        (("disable", "1"), 0),
        (("remove", "1"), 0),
    ):
        done = dawn.command("schedules", *words)
        assert (done.returncode, b"Traceback" in done.stderr) == (code, False), (words, done.stderr.decode())
    assert json.loads(dawn.command("schedules", "list", "--json").stdout) == []
