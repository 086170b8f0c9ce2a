"""`doctor`: what a person on duty reads when something does not work."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.product import Product

pytestmark = pytest.mark.slow


def examined(product: Product) -> tuple[int, dict[str, Any]]:
    """The exit status of `doctor --json`, and its checks by name."""
    done = product.command("doctor", "--json")
    report = json.loads(done.stdout)
    assert b"Traceback" not in done.stderr
    assert report["is_well"] is (done.returncode == 0)
    return done.returncode, {check["name"]: check for check in report["checks"]}


def test_a_fresh_installation_is_well(product: Product) -> None:
    code, checks = examined(product)

    assert code == 0, checks
    assert list(checks) == [
        "data folder",
        "temporary folder",
        "ffmpeg",
        "database",
        "migrations",
        "clock",
        "jobs",
        "published files",
        "store",
        "voice tone",
    ]
    product.wait_until_gone()


def test_a_person_reads_one_line_a_part(with_show: Product) -> None:
    done = with_show.command("doctor")

    assert done.returncode == 0, done.stdout.decode()
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 10
    assert all(line.startswith("ok  ") for line in lines)


def test_a_published_file_that_is_cut_short_is_named_until_it_is_made_again(with_show: Product) -> None:
    [sound] = (with_show.data_dir / "store" / "shows").rglob("*.mp3")  # the sample's
    sound.write_bytes(sound.read_bytes()[:1000])

    code, checks = examined(with_show)
    told = re.search(r"morning-brief-(\S+) version 1: the audio file has 1,000 of", checks["published files"]["found"])
    assert told is not None
    again = with_show.command("generate", f"morning-brief/{told[1]}", "--wait", "--json")
    code_afterwards, checks_afterwards = examined(with_show)

    assert (code, checks["published files"]["level"]) == (1, "fail")
    assert {item["state"] for item in json.loads(again.stdout)["items"]} == {"reused"}
    assert (code_afterwards, checks_afterwards["published files"]["level"]) == (0, "ok")


def test_a_database_that_is_down_leaves_the_rest_examined(product: Product) -> None:
    product.extra = {"DATABASE_URL": "postgresql://brief:hunter2@127.0.0.1:1/brief"}

    code, checks = examined(product)

    assert code == 1
    assert checks["database"]["level"] == "fail"
    assert "DATABASE_URL" in checks["database"]["fix"]
    assert "hunter2" not in json.dumps(checks)
    assert {checks[name]["level"] for name in ("migrations", "clock", "jobs", "published files")} == {"fail"}
    assert {checks[name]["level"] for name in ("ffmpeg", "store", "voice tone")} == {"ok"}


def test_a_store_that_cannot_be_written_is_told_with_its_mend(with_show: Product) -> None:
    store = with_show.data_dir / "store"
    store.rename(with_show.data_dir / "kept")
    store.write_text("in the way")

    code, checks = examined(with_show)

    assert (code, checks["store"]["level"]) == (1, "fail")
    assert "data folder" in checks["store"]["fix"]
    assert checks["database"]["level"] == "ok"


@pytest.fixture
def with_bucket(product: Product) -> Product:
    """An installation whose audio goes to a bucket; its database is down, which spares the wait for one."""
    product.extra = {
        "DATABASE_URL": "postgresql://brief@127.0.0.1:1/brief",
        "BRIEF_STORAGE": "gcs",
        "BRIEF_GCS_BUCKET": "our-briefs",
    }
    return product


def test_a_line_that_is_down_is_told_soon_and_as_a_line(with_bucket: Product) -> None:
    with_bucket.extra["STORAGE_EMULATOR_HOST"] = "http://127.0.0.1:1"

    store = examined(with_bucket)[1]["store"]

    assert "Connection refused (127.0.0.1:1)" in store["found"]
    assert "given up" in store["found"]
    assert store["fix"] == "check that this machine's network reaches http://127.0.0.1:1"


def test_credentials_that_are_no_good_are_told_without_a_second_advice(with_bucket: Product, tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text("no JSON")
    with_bucket.extra["GOOGLE_APPLICATION_CREDENTIALS"] = str(tmp_path / "key.json")

    done = with_bucket.command("doctor")

    lines = done.stdout.decode().splitlines()
    [at] = [number for number, line in enumerate(lines) if line.startswith("FAIL  store")]
    assert "set GOOGLE_APPLICATION_CREDENTIALS to the key file" in lines[at]
    assert "to fix:" not in lines[at + 1]


def test_a_data_folder_that_cannot_be_used_is_no_fault_of_the_bucket(with_bucket: Product) -> None:
    with_bucket.extra["STORAGE_EMULATOR_HOST"] = "http://127.0.0.1:1"
    with_bucket.data_dir.mkdir(exist_ok=True)
    (with_bucket.data_dir / "tmp").write_text("in the way")

    store = examined(with_bucket)[1]["store"]

    assert (store["level"], "data folder" in store["fix"]) == ("fail", True)


def test_another_ffmpeg_that_does_not_work_is_told_with_the_variable_that_names_it(with_bucket: Product) -> None:
    with_bucket.extra = {**with_bucket.extra, "BRIEF_STORAGE": "local", "IMAGEIO_FFMPEG_EXE": "/bin/false"}

    ffmpeg = examined(with_bucket)[1]["ffmpeg"]

    assert (ffmpeg["level"], "IMAGEIO_FFMPEG_EXE" in ffmpeg["fix"]) == ("fail", True)


def test_a_model_whose_files_are_wrong_is_told_with_its_settings(product: Product, tmp_path: Path) -> None:
    product.engine = "coqui"
    (tmp_path / "config.json").write_text('{"model": "vits"}')
    product.extra = {
        "BRIEF_COQUI_CHECKPOINT": str(tmp_path / "none.pth"),
        "BRIEF_COQUI_CONFIG": str(tmp_path / "config.json"),
    }

    code, checks = examined(product)

    broken = [check for name, check in checks.items() if name.startswith("voice ") and check["level"] == "fail"]
    assert code == 1
    assert len(broken) == 1
    assert "config.json is not a Coqui model configuration" in broken[0]["found"]
    assert "BRIEF_COQUI_" in broken[0]["fix"]
    assert checks["voice joe"]["level"] == "ok"
