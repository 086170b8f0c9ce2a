"""The command line as a stranger uses it: files in, audio out, and an exit code that tells how it went."""

import json
from pathlib import Path

import pytest

from tests.e2e.product import Product, wait_until

pytestmark = pytest.mark.slow

BRIEF = """---
show: morning-brief
date: 2026-03-20
---
# Friday's news

## The bridge opens

It opens at noon. It cost $3.5bn.

## Fares stay

They stay frozen until October.
"""


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_a_markdown_brief_is_imported_and_generated_without_a_running_site(with_show: Product, tmp_path: Path) -> None:
    imported = with_show.command("briefs", "import", write(tmp_path, "friday.md", BRIEF))
    generated = with_show.command("generate", "morning-brief/2026-03-20", "--wait", "--json")

    assert (imported.returncode, imported.stdout) == (0, b"morning-brief-2026-03-20\n")
    assert generated.returncode == 0, generated.stderr.decode()
    report = json.loads(generated.stdout)
    assert (report["status"], report["completed_items"]) == ("completed", 2)
    assert report["rendition"]["number"] == 1
    with_show.wait_until_gone()


def test_generating_beside_a_running_site_uses_its_worker_or_ours(with_show: Product, tmp_path: Path) -> None:
    process = with_show.start("run")
    wait_until(lambda: "until Ctrl-C" in with_show.talk, "the site to be served")
    brief = {
        "show": "morning-brief",
        "date": "2026-03-21",
        "title": "Saturday",
        "items": [{"headline": "One", "body": "It rains."}],
    }

    imported = with_show.command("briefs", "import", write(tmp_path, "saturday.json", json.dumps(brief)), "--json")
    generated = with_show.command("generate", "morning-brief/2026-03-21", "--wait", "--json")

    assert json.loads(imported.stdout)["result"] == "created"
    assert json.loads(generated.stdout)["status"] == "completed"
    assert with_show.interrupt(process) == 0


def test_an_up_to_date_brief_makes_no_job_but_force_does(with_show: Product, tmp_path: Path) -> None:
    with_show.command("briefs", "import", write(tmp_path, "friday.md", BRIEF))
    with_show.command("generate", "morning-brief/2026-03-20", "--wait")

    again = with_show.command("generate", "morning-brief/2026-03-20", "--json")
    forced = with_show.command("generate", "morning-brief/2026-03-20", "--force", "--wait", "--json")

    assert again.returncode == 0
    assert json.loads(again.stdout)["job_id"] is None
    assert b"up to date" in again.stderr
    assert json.loads(forced.stdout)["rendition"]["number"] == 2


def test_the_scheduler_can_take_one_turn(with_show: Product, tmp_path: Path) -> None:
    with_show.extra = {"SECRET_KEY": "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"}
    with_show.command("briefs", "import", write(tmp_path, "friday.md", BRIEF))
    queued = with_show.command("generate", "morning-brief/2026-03-20")

    turned = with_show.command("scheduler", "--once")

    job = json.loads(with_show.command("jobs", "show", queued.stdout.decode().strip(), "--json").stdout)
    assert turned.returncode == 0, turned.stderr.decode()
    assert job["job"]["status"] == "completed"
    assert job["history"][0]["kind"] == "job.queued"


def test_the_same_content_again_changes_nothing_and_other_content_conflicts(with_show: Product, tmp_path: Path) -> None:
    path = write(tmp_path, "friday.md", BRIEF)
    with_show.command("briefs", "import", path)

    same = with_show.command("briefs", "import", path, "--json")
    write(tmp_path, "friday.md", BRIEF.replace("noon", "one"))
    other = with_show.command("briefs", "import", path)
    replaced = with_show.command("briefs", "import", path, "--replace", "--json")

    assert json.loads(same.stdout)["result"] == "unchanged"
    assert (other.returncode, b"--replace" in other.stderr) == (4, True)
    assert json.loads(replaced.stdout)["result"] == "replaced"


def test_a_job_can_be_cancelled_and_retried(with_show: Product, tmp_path: Path) -> None:
    with_show.command("briefs", "import", write(tmp_path, "friday.md", BRIEF))
    job = with_show.command("generate", "morning-brief/2026-03-20").stdout.decode().strip()

    cancelled = with_show.command("jobs", "cancel", job)
    again = with_show.command("jobs", "cancel", job)
    retried = with_show.command("jobs", "retry", job, "--json")

    assert (cancelled.returncode, again.returncode, retried.returncode) == (0, 4, 0)
    assert json.loads(retried.stdout)["is_new"]


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["briefs", "import", "nowhere.md"], 3, "nowhere.md"),
        (["briefs", "show", "morning-brief/2020-01-01"], 3, "no brief"),
        (["briefs", "show", "morning-brief/someday"], 2, "YYYY-MM-DD"),
        (["generate", "999999"], 3, "no brief"),
        (["jobs", "show", "999999"], 3, "no job"),
        (["jobs", "cancel", "nine"], 2, "nine"),
        (["briefs", "list", "--show", "evening"], 3, "evening"),
        (["sing"], 2, "sing"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_with_its_exit_code(
    product: Product, words: list[str], code: int, reason: str
) -> None:
    refused = product.command(*words)

    assert refused.returncode == code
    assert reason in refused.stderr.decode()
    assert "Traceback" not in refused.stderr.decode()
    assert refused.stdout == b""


def test_wrong_settings_are_all_told_at_once(product: Product) -> None:
    product.extra = {"BRIEF_ENGINE": "parrot", "BRIEF_POLL_SECONDS": "soon", "BRIEF_SPELING": "x"}

    refused = product.command("briefs", "list")

    assert refused.returncode == 78
    assert b"parrot" in refused.stderr
    assert b"soon" in refused.stderr


def test_a_service_refuses_to_start_without_a_secret(product: Product) -> None:
    for service in ("web", "scheduler"):
        refused = product.command(service)

        assert refused.returncode == 78
        assert b"SECRET_KEY" in refused.stderr


def test_the_script_of_a_text_needs_no_database(product: Product) -> None:
    argument = product.command("text", "script", "It cost $3.5bn. It opens at 6:45 a.m.")
    given = product.command("text", "script", "-", given=b"It cost $3.5bn.")

    assert argument.stdout.decode().splitlines()[0] == "It cost three point five billion dollars."
    assert len(argument.stdout.splitlines()) == 2
    assert given.stdout.decode() == "It cost three point five billion dollars.\n"
    assert not product.data_dir.exists()


def test_text_that_is_not_utf8_is_refused(product: Product) -> None:
    refused = product.command("text", "script", "-", given=b"caf\xe9")

    assert refused.returncode == 2
    assert b"UTF-8" in refused.stderr
