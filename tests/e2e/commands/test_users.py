"""`users` at the command line, and the link that `run` prints until somebody has a password."""

import json
import subprocess
import sys

import pytest

from tests.e2e.product import REPOSITORY, Product, wait_until

pytestmark = pytest.mark.slow


def test_users_are_made_listed_and_kept_out(with_show: Product) -> None:
    with_show.extra = {"BRIEF_PUBLIC_URL": "https://audio.example.org/"}

    made = with_show.command("users", "create", "ann@example.org", "--name", "Ann", "--role", "editor")
    again = with_show.command("users", "create", "Ann@example.org", "--name", "Ann", "--role", "editor")
    disabled = with_show.command("users", "disable", "ann@example.org")
    refused = with_show.command("users", "link", "ann@example.org")
    unknown = with_show.command("users", "enable", "nobody@example.org")
    listed = json.loads(with_show.command("users", "list", "--json").stdout)

    assert made.stdout.startswith(b"https://audio.example.org/link/")
    assert [one.returncode for one in (made, again, disabled, refused, unknown)] == [0, 4, 0, 4, 3]
    assert b"disabled" in refused.stderr
    assert [(one["email"], one["state"]) for one in listed if one["name"] == "Ann"] == [("ann@example.org", "disabled")]


def test_run_prints_a_link_for_the_first_admin(with_show: Product) -> None:
    process = with_show.start("run")
    wait_until(lambda: "until Ctrl-C" in with_show.talk, "the site to be served")

    assert f"  {with_show.url}/link/" in with_show.talk
    assert with_show.interrupt(process) == 0


def test_links_lead_to_where_run_serves(with_show: Product) -> None:
    """Red without `noted` in `brief_audio/cli/run.py:run`: they named the usual port."""
    with_show.start("run")
    wait_until(lambda: "Serving on" in with_show.talk, "the site to be served")
    environment = {name: value for name, value in with_show.environment.items() if name != "PORT"}

    beside = subprocess.run(
        [
            sys.executable,
            REPOSITORY / "manage.py",
            "users",
            "create",
            "ann@example.org",
            "--name",
            "Ann",
            "--role",
            "editor",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"{with_show.url}/link/" in beside.stdout
