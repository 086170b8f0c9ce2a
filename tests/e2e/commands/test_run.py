"""`run`: everything from one command, and nothing left of it after Ctrl-C."""

import json
import os
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.product import Product, wait_until

pytestmark = pytest.mark.slow


def get(url: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.status, answer.read()


def jobs(product: Product) -> list[dict[str, object]]:
    listed = product.command("jobs", "list", "--json")
    assert listed.returncode == 0, listed.stderr.decode()
    found: list[dict[str, object]] = json.loads(listed.stdout)
    return found


def test_run_publishes_the_sample_brief_and_serves_it(product: Product) -> None:
    process = product.start("run")
    wait_until(lambda: "until Ctrl-C" in product.talk, "the site to be served")

    status, page = get(f"{product.url}/")
    [job] = jobs(product)

    assert status == 200
    assert b"Morning Brief" in page
    assert (job["status"], job["failed_items"], job["total_items"]) == ("completed", 0, 10)
    assert "real-time factor" in product.talk
    assert product.interrupt(process) == 0
    product.wait_until_gone()


def test_a_second_run_narrates_nothing_again(with_show: Product) -> None:
    process = with_show.start("run")
    wait_until(lambda: "until Ctrl-C" in with_show.talk, "the second run")

    assert "Narrating" not in with_show.talk
    assert len(jobs(with_show)) == 1
    assert with_show.interrupt(process) == 0


def test_the_secret_key_is_kept_and_readable_only_by_its_owner(with_show: Product) -> None:
    kept = with_show.data_dir / "secret-key"

    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(kept.read_text()) >= 32


@pytest.mark.parametrize("whom", ["leader", "everybody"])
def test_nothing_is_orphaned_by_a_kill(with_show: Product, whom: str) -> None:
    process = with_show.start("run")
    wait_until(lambda: "until Ctrl-C" in with_show.talk, "the site to be served")

    if whom == "leader":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    with_show.wait_until_gone()


def test_a_taken_port_is_told_in_a_sentence(with_show: Product, tmp_path: Path) -> None:
    process = with_show.start("run")
    wait_until(lambda: "until Ctrl-C" in with_show.talk, "the site to be served")
    other = Product(tmp_path / "other", port=with_show.port)

    refused = other.command("run")

    assert refused.returncode == 4
    assert f"{with_show.port}" in refused.stderr.decode()
    assert "PORT" in refused.stderr.decode()
    assert "Traceback" not in refused.stderr.decode()
    with_show.interrupt(process)


def test_ctrl_c_while_the_voice_speaks_leaves_no_process_and_loses_nothing(product: Product) -> None:
    product.engine = "coqui"
    process = product.start("run")
    wait_until(lambda: " 1 of 10 items" in product.talk or " 2 of 10 items" in product.talk, "the first item")

    code = product.interrupt(process)

    assert code == 0
    product.wait_until_gone()
    [job] = jobs(product)
    assert (job["status"], job["attempt"]) == ("queued", 1)
    assert int(str(job["completed_items"])) >= 1
    assert list((product.data_dir / "tmp").iterdir()) == []


def test_ctrl_c_stops_the_site_then_the_worker_then_speech_then_the_database(product: Product) -> None:
    """Red when `run` closes anything in another order: each step below needs the ones after it alive."""
    product.extra = {"BRIEF_LOG_FORMAT": "json"}
    process = product.start("run")
    wait_until(lambda: " of 10 items" in product.talk, "the narration to begin")

    code = product.interrupt(process)

    assert code == 0
    ended = [line for line in product.talk.splitlines() if "stopped: " in line or "given back" in line]
    assert [step for line in ended for step in STEPS if step in line] == STEPS
    product.wait_until_gone()


STEPS = ["stopped: site", "given back", "stopped: worker", "stopped: speech", "stopped: database"]
