"""`/audio/…` and `/covers/…`: stored objects under their immutable names, and nothing else."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pytest
from flask.testing import FlaskClient

from brief_audio.app import create_app
from brief_audio.db.models import Rendition
from brief_audio.domain.errors import StorageDeniedError, StorageError
from brief_audio.domain.jobs import RenditionState
from brief_audio.storage.base import StoredObject
from brief_audio.storage.local import LocalStore
from tests.web.editions import CAPTIONS, Published, SiteParts, add_cover, add_edition, add_show


def test_the_whole_file_carries_its_validators(client: FlaskClient, published: Published) -> None:
    answer = client.get(f"/audio/{published.names.audio}")

    assert answer.data == published.sound
    wanted = {
        "Content-Type": "audio/mpeg",
        "Content-Length": "10000",
        "Accept-Ranges": "bytes",
        "ETag": f'"{published.sha256}"',
        "Last-Modified": "Fri, 20 Mar 2026 05:02:30 GMT",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Disposition": "inline; filename=morning-brief-2026-03-20.mp3",
    }
    assert {name: answer.headers.get(name) for name in wanted} == wanted


def test_a_part_says_which_part_it_is(client: FlaskClient, published: Published) -> None:
    answer = client.get(f"/audio/{published.names.audio}", headers={"Range": "bytes=100-199"})

    assert answer.status_code == 206
    assert answer.data == published.sound[100:200]
    assert answer.headers["Content-Range"] == "bytes 100-199/10000"
    assert answer.headers["Content-Length"] == "100"


def test_a_part_past_the_end_says_where_the_end_is(client: FlaskClient, published: Published) -> None:
    answer = client.get(f"/audio/{published.names.audio}", headers={"Range": "bytes=10000-"})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */10000"
    assert answer.headers["Cache-Control"] == "no-store"


def test_head_tells_the_length_and_sends_nothing(client: FlaskClient, published: Published) -> None:
    answer = client.head(f"/audio/{published.names.audio}", headers={"Range": "bytes=0-9"})

    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == "10000"
    assert answer.data == b""


def test_a_known_file_is_not_sent_again(client: FlaskClient, published: Published) -> None:
    answer = client.get(f"/audio/{published.names.audio}", headers={"If-None-Match": f'"{published.sha256}"'})

    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == f'"{published.sha256}"'
    assert "Content-Length" not in answer.headers


def test_another_file_than_asked_for_is_refused_without_its_bytes(client: FlaskClient, published: Published) -> None:
    answer = client.get(f"/audio/{published.names.audio}", headers={"If-Match": '"z"'})

    assert answer.status_code == 412
    assert len(answer.data) < 100


def test_a_download_is_saved_under_a_speaking_name(client: FlaskClient, published: Published) -> None:
    answer = client.get(f"/audio/{published.names.audio}?download=1")

    assert answer.headers["Content-Disposition"] == "attachment; filename=morning-brief-2026-03-20.mp3"


def test_captions_and_chapters_stand_beside_the_sound(client: FlaskClient, published: Published) -> None:
    captions, chapters = (client.get(f"/audio/{name}") for name in (published.names.captions, published.names.chapters))

    assert captions.text == CAPTIONS
    assert captions.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert chapters.headers["Content-Type"] == "application/json+chapters"
    assert len({captions.headers["ETag"], chapters.headers["ETag"], f'"{published.sha256}"'}) == 3


def test_the_manifest_is_not_for_listeners(client: FlaskClient, published: Published) -> None:
    assert client.get(f"/audio/{published.names.manifest}").status_code == 404


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (RenditionState.STORED, 404),
        (RenditionState.PUBLISHED, 200),
        (RenditionState.SUPERSEDED, 200),
        (RenditionState.WITHDRAWN, 404),
    ],
)
def test_only_what_was_published_and_not_withdrawn_is_served(
    client: FlaskClient, parts: SiteParts, sound: Path, state: RenditionState, status: int
) -> None:
    add_show(parts.db)
    names = add_edition(parts.db, parts.store, sound, state=state).names

    answers = [client.get(f"/audio/{name}").status_code for name in (names.audio, names.captions, names.chapters)]

    assert answers == [status] * 3


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "/etc/passwd.mp3",
        "%2fetc%2fpasswd.mp3",
        "shows/morning-brief/1/..%2f..%2fx.mp3",
        "shows/morning-brief/1/x%00.mp3",
        "narrations/00/" + "0" * 64 + ".flac",
        "shows/morning-brief/1/0001-1.1-0123456789abcdef.mp3",
        "shows/morning-brief/1/0001-1.1-0123456789abcdef.vtt",
        "sh\N{LATIN SMALL LETTER O WITH DIAERESIS}ws.mp3",
        "a" * 3000 + ".mp3",
        ".mp3",
    ],
)
def test_any_other_name_is_not_here(client: FlaskClient, published: Published, name: str) -> None:
    assert client.get(f"/audio/{name}").status_code == 404
    assert client.get(f"/covers/{name}").status_code == 404


def test_captions_of_another_name_than_the_row_has_are_not_served(
    client: FlaskClient, parts: SiteParts, published: Published
) -> None:
    with parts.db.transaction() as session:
        session.query(Rendition).update({"captions_object": "shows/other/1/0001-1.1-0123456789abcdef.vtt"})

    assert client.get(f"/audio/{published.names.captions}").status_code == 404


def test_a_cover_is_served_for_good(client: FlaskClient, parts: SiteParts, tmp_path: Path) -> None:
    add_show(parts.db)
    picture = tmp_path / "cover.png"
    picture.write_bytes(b"\x89PNG")
    name = add_cover(parts.db, parts.store, "morning-brief", picture)

    answer = client.get(f"/covers/{name}")

    assert answer.data == b"\x89PNG"
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(f"/covers/{name}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_cover_that_no_show_has_is_not_served(client: FlaskClient, parts: SiteParts, published: Published) -> None:
    assert client.get("/covers/shows/morning-brief/covers/0123456789abcdef.png").status_code == 404


@dataclass
class Cloud:
    """A store without files of its own, in front of one on disk."""

    inner: LocalStore
    address: str | None = None
    error: StorageError | None = None
    silent: StorageError | None = None
    unsigned: StorageError | None = None
    opened: list[io.BytesIO] = field(default_factory=list)

    def open_range(self, name: str, start: int = 0, end: int | None = None) -> BinaryIO:
        if self.error:
            raise self.error
        with self.inner.open_range(name, start, end) as source:
            self.opened.append(Unseekable(source.read()))
        return self.opened[-1]

    def stat(self, name: str) -> StoredObject:
        if self.silent:
            raise self.silent
        return self.inner.stat(name)

    def signed_url(self, name: str, lifetime: timedelta) -> str | None:
        if self.unsigned:
            raise self.unsigned
        return self.address and f"{self.address}/{name}"


class Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False


@pytest.fixture
def cloud(store: LocalStore) -> Cloud:
    return Cloud(store)


@pytest.fixture
def cloud_client(parts: SiteParts, cloud: Cloud) -> FlaskClient:
    return create_app(SiteParts(parts.db, cloud)).test_client()


def test_a_store_without_files_is_read_in_chunks(cloud_client: FlaskClient, cloud: Cloud, published: Published) -> None:
    answer = cloud_client.get(f"/audio/{published.names.audio}", headers={"Range": "bytes=5-"})

    assert answer.data == published.sound[5:]
    assert answer.headers["Content-Length"] == "9995"
    assert [source.closed for source in cloud.opened] == [True]


def test_a_store_that_signs_serves_the_sound_itself(
    cloud_client: FlaskClient, cloud: Cloud, published: Published
) -> None:
    cloud.address = "https://bucket.example"

    answer = cloud_client.get(f"/audio/{published.names.audio}")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"https://bucket.example/{published.names.audio}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert cloud_client.get(f"/audio/{published.names.captions}").text == CAPTIONS


def test_a_download_is_named_here_even_where_the_store_signs(
    cloud_client: FlaskClient, cloud: Cloud, published: Published
) -> None:
    cloud.address = "https://bucket.example"

    answer = cloud_client.get(f"/audio/{published.names.audio}?download=1")

    assert answer.data == published.sound
    assert answer.headers["Content-Disposition"] == f"attachment; filename={published.slug}.mp3"


@pytest.mark.parametrize(
    ("address", "sources"),
    [(None, "'self'"), ("https://bucket.example:8443/ours?X-Goog-Date=1", "'self' https://bucket.example:8443")],
)
def test_pages_may_play_sound_from_where_listeners_are_sent(
    parts: SiteParts, cloud: Cloud, address: str | None, sources: str
) -> None:
    cloud.address = address

    answer = create_app(SiteParts(parts.db, cloud)).test_client().get("/")

    assert f" media-src {sources};" in answer.headers["Content-Security-Policy"]


def test_a_store_that_cannot_be_asked_keeps_no_page_away(
    parts: SiteParts, cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.unsigned = StorageDeniedError("the key file is gone")

    answer = create_app(SiteParts(parts.db, cloud)).test_client().get("/")

    assert answer.status_code == 200
    assert "the key file is gone" in caplog.text


def test_a_store_that_does_not_answer_is_asked_again_later(
    cloud_client: FlaskClient, cloud: Cloud, published: Published
) -> None:
    cloud.error = StorageError("the bucket answered 503")

    answer = cloud_client.get(f"/audio/{published.names.audio}")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "bucket" not in answer.text


def test_a_file_that_is_gone_is_not_here(client: FlaskClient, parts: SiteParts, published: Published) -> None:
    parts.store.delete(published.names.audio)
    parts.store.delete(published.names.captions)

    assert client.get(f"/audio/{published.names.audio}").status_code == 404
    assert client.get(f"/audio/{published.names.captions}").status_code == 404


def damage(store: LocalStore, name: str, harm: str) -> None:
    store.delete(name)
    if harm == "cut":
        with TemporaryDirectory() as folder:
            begun = Path(folder) / "begun"
            begun.write_bytes(b"x")
            store.put(name, begun, "audio/mpeg")


@pytest.mark.parametrize("kind", ["disk", "bucket"])
@pytest.mark.parametrize("harm", ["gone", "cut"])
@pytest.mark.parametrize("part", ["audio", "captions", "chapters"])
def test_head_and_get_agree_that_a_file_is_not_whole(
    parts: SiteParts, cloud: Cloud, published: Published, kind: str, harm: str, part: str
) -> None:
    """Red where HEAD answers from the row alone."""
    client = create_app(parts if kind == "disk" else SiteParts(parts.db, cloud)).test_client()
    name = getattr(published.names, part)
    etag = client.get(f"/audio/{name}").headers["ETag"]
    damage(parts.store, name, harm)

    for headers in ({}, {"Range": "bytes=0-0"}, {"If-None-Match": etag}, {"If-Match": '"z"'}):
        answers = [ask(f"/audio/{name}", headers=headers) for ask in (client.get, client.head)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_head_and_get_agree_that_a_cover_is_gone(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    add_show(parts.db)
    name = add_cover(parts.db, parts.store, "morning-brief", sound)
    parts.store.delete(name)

    assert [ask(f"/covers/{name}").status_code for ask in (client.get, client.head)] == [404, 404]


def test_head_and_get_agree_that_the_store_does_not_answer(
    cloud_client: FlaskClient, cloud: Cloud, published: Published
) -> None:
    cloud.silent = StorageError("the bucket answered 503")

    for name in (published.names.audio, published.names.captions):
        assert [ask(f"/audio/{name}").status_code for ask in (cloud_client.get, cloud_client.head)] == [503, 503]


def test_a_file_on_disk_is_handed_to_the_server_already_sought(client: FlaskClient, published: Published) -> None:
    handed: list[BinaryIO] = []

    def file_wrapper(source: BinaryIO, size: int) -> list[bytes]:
        handed.append(source)
        return [source.read()]

    answer = client.get(
        f"/audio/{published.names.audio}",
        headers={"Range": "bytes=7-9"},
        environ_overrides={"wsgi.file_wrapper": file_wrapper},
        buffered=True,
    )
    handed[0].close()

    assert answer.data == published.sound[7:10]
