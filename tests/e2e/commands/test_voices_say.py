"""`voices say`: a text as a file, without a brief and without a database."""

import wave
from pathlib import Path

import pytest

from tests.e2e.product import Product

pytestmark = pytest.mark.slow


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getnframes() / file.getframerate()


def test_a_text_becomes_a_file_and_needs_no_database(product: Product, tmp_path: Path) -> None:
    product.extra = {"DATABASE_URL": "postgresql://brief@127.0.0.1:1/brief"}
    out = tmp_path / "good morning.wav"

    done = product.command("voices", "say", "It cost $3.5m. Nobody knew.", str(out), "--voice", "tone")

    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b""
    assert "2 utterances" in done.stderr.decode()
    assert 1 < seconds(out) < 20
    assert [path.name for path in tmp_path.iterdir() if path != product.data_dir] == ["good morning.wav"]


def test_standard_input_is_read(product: Product, tmp_path: Path) -> None:
    done = product.command(
        "voices", "say", "-", str(tmp_path / "out.wav"), "--voice", "tone", given="Grüße aus Köln.".encode()
    )

    assert done.returncode == 0, done.stderr.decode()
    assert seconds(tmp_path / "out.wav") > 0.5


@pytest.mark.parametrize(
    ("text", "options", "given", "code", "told"),
    [
        ("Hello.", ["--voice", "nobody"], None, 3, "nobody"),
        ("…", ["--voice", "tone"], None, 2, "the text has no letters"),
        ("", ["--voice", "tone"], None, 2, "the text has no letters"),
        ("-", ["--voice", "tone"], b"\xff\xfe", 2, "UTF-8"),
        ("Hello.", ["--voice", "tone", "--speed", "40"], None, 2, "speed"),
        ("Hello.", ["--voice", "tone", "--speed", "nan"], None, 2, "speed nan"),
    ],
)
def test_what_cannot_be_said_is_told_and_no_file_is_left(
    product: Product, tmp_path: Path, text: str, options: list[str], given: bytes | None, code: int, told: str
) -> None:
    done = product.command("voices", "say", text, str(tmp_path / "out.wav"), *options, given=given)

    talk = done.stderr.decode()
    assert (done.returncode, "Traceback" in talk) == (code, False), talk
    assert told in talk
    assert not (tmp_path / "out.wav").exists()


def test_a_file_that_is_there_is_kept_unless_told_otherwise(product: Product, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    out.write_text("precious")

    refused = product.command("voices", "say", "Hello.", str(out), "--voice", "tone")
    assert (refused.returncode, out.read_text()) == (4, "precious")

    done = product.command("voices", "say", "Hello.", str(out), "--voice", "tone", "--force")
    assert done.returncode == 0
    assert seconds(out) > 0


@pytest.mark.parametrize(("out", "told"), [("-", "can't go to standard output"), ("x.mp3", ".wav"), ("sound", ".wav")])
def test_only_a_name_that_ends_in_wav_is_written(product: Product, tmp_path: Path, out: str, told: str) -> None:
    named = out if out == "-" else str(tmp_path / out)

    done = product.command("voices", "say", "Hello.", named, "--voice", "tone", "--force")

    assert (done.returncode, told in done.stderr.decode()) == (2, True), done.stderr.decode()
    assert not (tmp_path / out).exists()
