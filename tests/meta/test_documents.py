"""The documents say what is so: settings, commands, links."""

import re
import shlex
from pathlib import Path

import click
import pytest

from brief_audio.cli.main import cli
from tests.meta.sources import PROJECT, named, tracked_files

SETTING = r"(?:BRIEF_[A-Z_]+|DATABASE_URL|SECRET_KEY|PORT)"
README_LINES = 150


def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def test_every_setting_is_documented_and_nothing_else() -> None:
    in_code = set(re.findall(rf'"({SETTING})"', read("brief_audio/config/settings.py")))
    in_document = set(re.findall(rf"^\| `({SETTING})`", read("docs/configuration.md"), flags=re.MULTILINE))

    assert in_code == in_document


def test_the_readme_is_short() -> None:
    assert read("README.md").count("\n") < README_LINES


def commands_in(text: str) -> list[str]:
    """The lines of a document's shell blocks."""
    blocks = re.findall(r"```(?:sh|bash|console)\n(.*?)```", text, flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/configuration.md", "docs/nights.md"])
def test_every_command_of_a_document_exists(document: str) -> None:
    for line in commands_in(read(document)):
        words = shlex.split(line.partition("  #")[0])
        if "manage.py" in words:
            check_command(words[words.index("manage.py") + 1 :])
        elif "make" in words:
            check_target(words[words.index("make") + 1 :])


def check_command(words: list[str]) -> None:
    command: click.Command = cli
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None
        command = found
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known


def check_target(words: list[str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE))
    assert {word for word in words if "=" not in word} <= targets


def test_every_command_of_the_procfile_exists() -> None:
    lines = dict(line.split(": ", 1) for line in read("Procfile").splitlines())

    assert lines.keys() == {"release", "web", "scheduler"}
    for line in lines.values():
        program, script, *words = shlex.split(line)
        assert (program, script) == ("python", "manage.py")
        check_command(words)


def test_the_continuous_integration_runs_the_readmes_own_commands() -> None:
    commands = commands_in(f"```sh\n{read('.ci/run')}```")[-2:]

    assert commands == ["make test", "make test-faults"]
    assert all(f"{command}\n" in read("README.md") or f"`{command}`" in read("README.md") for command in commands)


def documents() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


@pytest.mark.parametrize("document", documents(), ids=named)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []
