"""Shows: admins make and change them, covers are looked at before they are stored, nothing is overwritten unseen."""

import hashlib
import io
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Show
from brief_audio.sample.cover import SAMPLE_COVER
from brief_audio.storage.local import LocalStore
from tests.admin.browser import Browser
from tests.web.editions import SiteParts, add_show

PAGE = "/admin/shows/morning-brief"
VERSION = re.compile(r'name="version" value="([0-9a-f]+)"')
FIELDS = {
    "title": "Morning Brief",
    "tagline": "",
    "time_zone": "Europe/Berlin",
    "voice": "joe",
    "speed": "1",
    "opening_pause_ms": "400",
    "sentence_pause_ms": "350",
    "headline_pause_ms": "700",
    "item_pause_ms": "1200",
    "failed_share": "33",
}
NEW = {"title": "Évening  Desk!", "slug": "", "tagline": "", "language": "en-GB", "time_zone": "UTC", "voice": "joe"}


@dataclass(frozen=True, slots=True)
class PartsWithScratch(SiteParts):
    """What uploading needs beside what the site reads."""

    scratch: Path = Path()


@pytest.fixture
def parts(database: Database, store: LocalStore, tmp_path: Path) -> SiteParts:
    return PartsWithScratch(database, store, scratch=tmp_path / "scratch")


@pytest.fixture
def show(database: Database) -> int:
    return add_show(database)


def version(browser: Browser) -> str:
    return version_in(browser.text(PAGE))


def version_in(page: str) -> str:
    found = VERSION.search(page)
    assert found is not None
    return found[1]


def kept(database: Database, show: int) -> Show:
    with database.transaction() as session:
        found = session.get(Show, show)
        assert found is not None
        return found


def upload(browser: Browser, content: bytes, **changed: str) -> TestResponse:
    fields = {"csrf_token": browser.token(), "version": version(browser), "cover_alt": "A cover"} | changed
    answer = browser.client.post(f"{PAGE}/cover", data=fields | {"cover": (io.BytesIO(content), "../evil.exe")})
    answer.request.environ["wsgi.input"].close()  # the test client's own temporary file
    return answer


def png(width: int, height: int) -> bytes:
    header = struct.pack(">I4sII", 13, b"IHDR", width, height)
    return b"\x89PNG\r\n\x1a\n" + header + b"\x08\x02\x00\x00\x00" + b"IEND\xaeB`\x82"


def taken_somewhere() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    file = io.BytesIO()
    Image.new("RGB", (1400, 1400), "teal").save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_everybody_sees_shows_and_only_admins_change_them(viewer: Browser, editor: Browser, show: int) -> None:
    for browser in (viewer, editor):
        assert "Morning Brief" in browser.text("/admin/shows/")
        assert "Save show" not in browser.text(PAGE)
        assert browser.post(PAGE, **FIELDS, version="x").status_code == 403
        assert browser.get("/admin/shows/new").status_code == 403


def test_a_change_is_saved_with_what_it_means(admin: Browser, database: Database, show: int) -> None:
    changed = FIELDS | {"title": "Dawn <i>Desk</i>", "speed": "1.05", "version": version(admin)}

    answer = admin.post(PAGE, **changed)

    page = admin.text(answer.location)
    assert "re-records every affected item" in page
    assert "Dawn &lt;i&gt;Desk&lt;/i&gt;" in page
    assert (kept(database, show).title, kept(database, show).speed) == ("Dawn <i>Desk</i>", 1.05)


def test_saving_what_stands_changes_nothing(admin: Browser, database: Database, show: int) -> None:
    """Red where the share of a third, shown as 33 %, is written back as 0.33."""
    answer = admin.post(PAGE, **FIELDS, version=version(admin))

    assert "Nothing changed" in admin.text(answer.location)
    assert kept(database, show).failed_share_limit == pytest.approx(1 / 3, abs=1e-9)


def test_the_second_of_two_tabs_is_told(admin: Browser, database: Database, show: int) -> None:
    old = version(admin)
    admin.post(PAGE, **FIELDS | {"title": "First"}, version=old)

    second = admin.post(PAGE, **FIELDS | {"title": "Second"}, version=old)

    assert second.status_code == 409
    assert "Second" in second.get_data(as_text=True)
    assert "Another user has changed this to “First”" in second.get_data(as_text=True)
    assert kept(database, show).title == "First"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": ""}, "The title is missing"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"title": "\0"}, "a character that can"),
        ({"time_zone": "Mars/Olympus"}, "is not a time zone"),
        ({"voice": "nobody"}, "one of the options on the page"),
        ({"speed": "3"}, "from 0.5 to 2"),
        ({"speed": "nan"}, "from 0.5 to 2"),
        ({"speed": "١"}, "from 0.5 to 2"),
        ({"opening_pause_ms": "10001"}, "from 0 to 10000 ms"),
        ({"item_pause_ms": "9" * 31}, "from 0 to 10000 ms"),
        ({"failed_share": "101"}, "from 0 to 100"),
        ({"slug": "other"}, "has no field"),
    ],
)
def test_what_cannot_stand_is_said(
    admin: Browser, database: Database, show: int, changed: dict[str, str], told: str
) -> None:
    answer = admin.post(PAGE, **FIELDS | {"version": version(admin)} | changed)

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert kept(database, show).title == "Morning Brief"


def test_a_new_show_has_a_slug_made_of_its_title(admin: Browser, show: int) -> None:
    answer = admin.post("/admin/shows/new", **NEW)
    page = admin.text(answer.location)
    twice = admin.post("/admin/shows/new", **NEW)

    assert answer.location == "/admin/shows/evening-desk"
    assert "Évening Desk! created" in page
    assert twice.status_code == 409


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": "日本"}, "No slug can be made"),
        ({"slug": "Not A Slug"}, "is not a slug"),
        ({"slug": "../etc"}, "is not a slug"),
        ({"language": "english please"}, "is not a language tag"),
        ({"voice": ""}, "one of the options"),
    ],
)
def test_a_show_that_cannot_be_is_refused(admin: Browser, show: int, changed: dict[str, str], told: str) -> None:
    answer = admin.post("/admin/shows/new", **NEW | changed)

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)


def test_a_cover_is_stored_under_the_name_of_its_content(admin: Browser, database: Database, show: int) -> None:
    answer = upload(admin, SAMPLE_COVER.read_bytes())

    name = kept(database, show).cover_object
    assert answer.status_code == 303
    assert name is not None
    assert re.fullmatch(r"shows/morning-brief/covers/[0-9a-f]{16}\.png", name)
    assert f"/covers/{name}" in admin.text(PAGE)
    assert name.endswith(f"{hashlib.sha256(admin.get(f'/covers/{name}').data).hexdigest()[:16]}.png")


def test_the_place_where_a_cover_was_taken_is_neither_stored_nor_served(
    admin: Browser, database: Database, show: int
) -> None:
    answer = upload(admin, taken_somewhere())

    served = admin.get(f"/covers/{kept(database, show).cover_object}")
    assert answer.status_code == 303
    assert served.headers["Content-Type"] == "image/jpeg"
    assert b"Exif" not in served.data


def test_a_description_changes_without_a_picture(admin: Browser, database: Database, show: int) -> None:
    upload(admin, SAMPLE_COVER.read_bytes())
    name = kept(database, show).cover_object

    answer = upload(admin, b"", cover_alt="Bars over a field")

    assert answer.status_code == 303
    assert (kept(database, show).cover_object, kept(database, show).cover_alt) == (name, "Bars over a field")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose an image"),
        (b"MZ\x90\x00 not a picture", "neither a PNG nor a JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a PNG nor a JPEG"),
        (b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xd9", "does not state its size"),
        (SAMPLE_COVER.read_bytes()[:-20], "is incomplete"),
        (png(1400, 1400), "damaged or incomplete"),
        (png(1400, 1401), "a square"),
        (png(100, 100), "podcast apps need 1400 to 3000"),
        (png(60_000, 60_000), "podcast apps need 1400 to 3000"),
        (png(1400, 1400) + b"x" * 2_000_000, "at most 2 MB"),
    ],
)
def test_a_file_that_cannot_be_a_cover_is_refused(
    admin: Browser, database: Database, show: int, content: bytes, told: str
) -> None:
    answer = upload(admin, content)

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert kept(database, show).cover_object is None


def test_whoever_mends_a_slip_overwrites_no_cover_unseen(admin: Browser, database: Database, show: int) -> None:
    """Red without the form's own version in `admin/shows/show_pages.py:cover`."""
    seen = version(admin)
    upload(admin, SAMPLE_COVER.read_bytes())
    name = kept(database, show).cover_object

    slipped = upload(admin, b"", version=seen, cover_alt="")
    again = upload(admin, b"", version=version_in(slipped.text), cover_alt="Mended")

    assert (slipped.status_code, again.status_code) == (422, 409)
    assert (kept(database, show).cover_object, kept(database, show).cover_alt) == (name, "A cover")


def test_what_the_service_refuses_counts_as_no_look_at_the_cover(admin: Browser, database: Database, show: int) -> None:
    """Red with a fresh version for every refusal in `admin/shows/show_pages.py:cover`: no form tells of what cannot be
    seen."""
    seen = version(admin)
    upload(admin, SAMPLE_COVER.read_bytes())

    slipped = upload(admin, b"", version=seen, cover_alt="\u200b")
    again = upload(admin, b"", version=version_in(slipped.text), cover_alt="Mended")

    assert (slipped.status_code, again.status_code) == (422, 409)
    assert kept(database, show).cover_alt == "A cover"


@pytest.mark.parametrize("slug", ["no-such-show", "%00", "..%2Fetc", "x" * 500])
def test_a_show_that_is_not_there_is_not_found(admin: Browser, slug: str) -> None:
    assert admin.get(f"/admin/shows/{slug}").status_code == 404
    assert admin.post(f"/admin/shows/{slug}", **FIELDS, version="x").status_code == 404


def test_a_show_cannot_take_the_address_of_the_form(admin: Browser, database: Database) -> None:
    """Red without `TAKEN` in `brief_audio/domain/slugs.py:check_slug`: its own page could never be opened."""
    add_show(database)

    answer = admin.post("/admin/shows/new", **(NEW | {"slug": "new"}))

    assert answer.status_code == 422
    assert "choose another" in answer.get_data(as_text=True)
