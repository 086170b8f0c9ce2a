"""Backfill, the queue's limits and the list of workers, as an operator meets them."""

import json
from pathlib import Path

import pytest

from tests.e2e.product import Product, wait_until

pytestmark = pytest.mark.slow

RANGE = ("--from", "2026-03-01", "--to", "2026-03-04")


@pytest.fixture
def dawn(product: Product, tmp_path: Path) -> Product:
    """An installation with a show that has three ready briefs and a draft."""
    product.extra = {"SECRET_KEY": "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"}
    made = product.command("shows", "add", "dawn", "--title", "Dawn", "--zone", "UTC", "--voice", "tone")
    assert made.returncode == 0, made.stderr.decode()
    for day in range(1, 5):
        path = tmp_path / f"{day}.md"
        path.write_text(f"---\nshow: dawn\ndate: 2026-03-0{day}\n---\n# News\n## Rates\nThey stay.\n")
        draft = ["--draft"] if day == 4 else []
        assert product.command("briefs", "import", str(path), *draft).returncode == 0
    return product


def outcomes(product: Product) -> list[str]:
    done = product.command("jobs", "backfill", "dawn", *RANGE, "--json")
    assert done.returncode == 0, done.stderr.decode()
    return [one["outcome"] for one in json.loads(done.stdout)["dates"]]


def test_a_backfill_makes_what_is_missing_and_nothing_twice(dawn: Product) -> None:
    asked = outcomes(dawn)
    asked_again = outcomes(dawn)
    turned = dawn.command("scheduler", "--once")
    asked_when_done = outcomes(dawn)

    assert asked == ["made", "made", "made", "not ready"]
    assert asked_again == ["joined", "joined", "joined", "not ready"]
    assert turned.returncode == 0
    assert asked_when_done == ["up to date", "up to date", "up to date", "not ready"]


def test_a_full_queue_says_so_and_when_to_come_back(dawn: Product) -> None:
    dawn.extra |= {"BRIEF_QUEUE_LIMIT": "1", "BRIEF_BACKFILL_LIMIT": "2"}
    refused = dawn.command("jobs", "backfill", "dawn", *RANGE)
    first = dawn.command("generate", "dawn/2026-03-01")
    second = dawn.command("generate", "dawn/2026-03-02")
    same = dawn.command("generate", "dawn/2026-03-01")

    assert refused.returncode == 75
    assert b"BRIEF_BACKFILL_LIMIT" in refused.stderr
    assert first.returncode == 0
    assert second.returncode == 75
    assert b"the queue is full: 1 of 1 jobs (BRIEF_QUEUE_LIMIT) are waiting" in second.stderr
    assert (same.returncode, same.stdout) == (0, first.stdout)


def test_workers_are_listed_while_they_run(dawn: Product) -> None:
    worker = dawn.start("scheduler")

    wait_until(lambda: len(listed(dawn)) == 1, "the worker to be listed")
    [only] = listed(dawn)
    worker.terminate()

    assert worker.wait(25) == 0
    assert (only["pid"], only["concurrency"], only["is_silent"], only["jobs"]) == (worker.pid, 3, False, [])
    assert listed(dawn) == []
    assert b"No worker is running" in dawn.command("workers", "list").stderr


def listed(product: Product) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(product.command("workers", "list", "--json").stdout)
    return found


def test_workers_of_two_schedulers_share_a_table_for_people(dawn: Product) -> None:
    dawn.start("scheduler")
    dawn.start("scheduler")

    wait_until(lambda: len(listed(dawn)) == 2, "both to be listed")
    told = dawn.command("workers", "list").stdout.decode().splitlines()

    assert told[0].split() == ["WORKER", "STATE", "SEEN", "HOST", "PID", "VERSION", "STARTED", "JOBS", "MEMORY"]
    assert len(told) == 3
