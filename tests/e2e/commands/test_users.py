"""`users` at the command line, and the link that `run` shows until a user has a password."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

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


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_run_shows_the_link_for_the_first_admin_at_a_terminal(with_show: Product, log_format: str) -> None:
    with_show.extra = {"BRIEF_LOG_FORMAT": log_format}
    with terminal() as (inside, shown):
        process = with_show.start("run", stdout=inside)
        wait_until(lambda: "/link/" in shown(), "the link")

        assert re.search(rf"\n  {with_show.url}/link/[\w-]{{43}}\r\n", shown())
        assert with_show.interrupt(process) == 0
    assert "/link/" not in with_show.talk


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_without_a_terminal_run_writes_no_link_into_the_log(with_show: Product, log_format: str) -> None:
    with_show.extra = {"BRIEF_LOG_FORMAT": log_format}
    process = with_show.start("run")
    wait_until(lambda: "until Ctrl-C" in with_show.talk, "the site to be served")

    asked = with_show.command("users", "link", "first-admin@localhost")

    assert with_show.interrupt(process) == 0
    assert "manage.py users link first-admin@localhost" in with_show.talk
    assert "/link/" not in with_show.talk
    assert asked.stdout.startswith(f"{with_show.url}/link/".encode())


@contextmanager
def terminal() -> Iterator[tuple[int, Callable[[], str]]]:
    """A terminal for a command to write to, and what it shows so far."""
    outside, inside = os.openpty()
    os.set_blocking(outside, False)
    written = bytearray()

    def shown() -> str:
        with suppress(BlockingIOError):
            while piece := os.read(outside, 4096):
                written.extend(piece)
        return written.decode()

    try:
        yield inside, shown
    finally:
        os.close(inside)
        os.close(outside)


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
