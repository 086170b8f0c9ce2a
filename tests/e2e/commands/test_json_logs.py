"""`BRIEF_LOG_FORMAT=json`: every line that the services write to standard error is one JSON object."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from brief_audio.embedded import hold_server
from tests.e2e.product import Product, wait_until

pytestmark = pytest.mark.slow

SECRET = "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"
BRIEF = {
    "show": "morning-brief",
    "date": "2026-03-20",
    "title": "Friday",
    "items": [{"headline": "One", "body": "It rains."}],
}
# What a careless library may do in any process, from a thread, once the log is set up.
CARELESS = """
import logging, sys, threading, time, warnings
def disturb():
    while not logging.getLogger().handlers:
        time.sleep(0.01)
    warnings.warn("from a careless library")
    logging.getLogger("careless").warning("%d", "no number")
    raise RuntimeError("a careless thread")
if sys.argv[1:] and sys.argv[-1] in ("web", "scheduler"):
    threading.Thread(target=disturb, name="careless").start()
"""


@pytest.fixture
def told(with_show: Product, tmp_path: Path) -> Product:
    """An installation whose services log for programs, beside a careless library."""
    (tmp_path / "careless").mkdir()
    (tmp_path / "careless" / "sitecustomize.py").write_text(CARELESS)
    with_show.extra = {
        "BRIEF_LOG_FORMAT": "json",
        "SECRET_KEY": SECRET,
        "PYTHONPATH": str(tmp_path / "careless"),
        "PYTHONWARNINGS": "always",
    }
    return with_show


def lines(product: Product) -> list[dict[str, Any]]:
    """The talk, every line of which must be an object."""
    found = [json.loads(line) for line in product.talk.splitlines()]
    assert all({"at", "level", "logger", "message"} <= line.keys() for line in found)
    return found


def ended(process: subprocess.Popen[bytes]) -> int:
    os.kill(process.pid, signal.SIGTERM)
    return process.wait(60)


def test_a_scheduler_with_a_broken_job_writes_json_alone(told: Product, tmp_path: Path) -> None:
    (tmp_path / "friday.json").write_text(json.dumps(BRIEF))
    told.command("briefs", "import", str(tmp_path / "friday.json"))
    job = told.command("generate", "morning-brief/2026-03-20").stdout.decode().strip()
    process = told.start("scheduler")
    wait_until(lambda: "Waiting for jobs" in told.talk, "the scheduler")
    wait_until(lambda: "rendition 1 published" in told.talk, "the job")
    take_away("lexicon_rule", told)
    told.command("generate", "morning-brief/2026-03-20", "--force")
    wait_until(lambda: "unexpected" in told.talk, "the broken job")

    assert ended(process) == 0
    found = lines(told)
    [broken] = [line for line in found if "unexpected" in line["message"]]
    [published] = [line for line in found if line["message"] == "rendition 1 published"]
    assert [published[name] for name in ("kind", "id", "attempt", "show")] == ["job", int(job), 1, "morning-brief"]
    assert "Traceback" in broken["trace"]
    assert "UndefinedTable" in broken["trace"]
    assert any("careless library" in line["message"] and line["logger"] == "py.warnings" for line in found)
    assert any("a careless thread" in line["message"] and "Traceback" in line["trace"] for line in found)
    assert any(line["message"] == "%d ('no number',)" for line in found)


def take_away(table: str, product: Product) -> None:
    """Cause an error that nobody foresaw."""
    with hold_server(product.data_dir) as server, closing(psycopg2.connect(server.url)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"ALTER TABLE {table} RENAME TO taken_away")


def test_a_site_that_meets_errors_writes_json_alone(told: Product) -> None:
    process = told.start("web")
    wait_until(lambda: "Listening on" in told.talk, "the site")
    for path in ("/", "/nothing", "/briefs/%00", "/ready"):
        asked(told, path)
    take_away("rendition", told)
    assert asked(told, "/") == 500

    assert ended(process) == 0
    found = lines(told)
    assert any("trace" in line and "UndefinedTable" in line["trace"] for line in found)


def asked(product: Product, path: str) -> int:
    try:
        with urllib.request.urlopen(f"{product.url}{path}", timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("wrong", [{"SECRET_KEY": ""}, {"BRIEF_ENGINE": "parrot"}, {"PORT": "0"}])
def test_wrong_settings_are_told_in_json_too(told: Product, wrong: dict[str, str]) -> None:
    told.extra |= wrong

    refused = told.command("web")

    assert refused.returncode == 78
    told_lines = [json.loads(line) for line in refused.stderr.splitlines()]
    assert [line["message"][:16] for line in told_lines if line["level"] == "error"] == ["invalid settings"]


def test_wrong_usage_is_told_in_json_too(told: Product) -> None:
    refused = told.command("scheduler", "--twice")

    assert refused.returncode == 2
    assert "--twice" in json.loads(refused.stderr.splitlines()[-1])["message"]
