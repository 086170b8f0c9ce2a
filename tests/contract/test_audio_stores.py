"""What every `AudioStore` promises. A store joins by a line in `STORES`; the tests stay as they are."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import google_crc32c
import pytest

from brief_audio.domain.errors import InvalidObjectNameError, ObjectExistsError, ObjectMissingError, StorageError
from brief_audio.domain.object_names import cover_name, narration_name, rendition_names
from brief_audio.storage.local import LocalStore

STORES = {
    "local": lambda request: LocalStore(request.getfixturevalue("tmp_path") / "a store"),
    "gcs": lambda request: request.getfixturevalue("gcs_server").store(),
}

SHA = "0123456789abcdef" * 4
NAMES = rendition_names(show_slug="morning-brief", brief_id=7, number=1, job_id=12, attempt=1, sha256=SHA)
NAME = NAMES.audio
SOUND = bytes(range(256)) * 1024  # 256 KiB
HOSTILE = [
    "",
    "..",
    "../outside.mp3",
    "/etc/passwd",
    "shows/../../outside.mp3",
    "shows//7/x.mp3",
    "shows\\morning-brief\\7",
    f"{NAME}\0",
    f"{NAME}/",
    f"./{NAME}",
    NAME.replace("morning", "mörning"),
    NAME.replace("/7/", "/%2e%2e/"),
    ".temporary/0123456789abcdef",
    "a" * 5000,
]


@pytest.fixture(params=[pytest.param(name, marks=[] if name == "local" else pytest.mark.slow) for name in STORES])
def store(request):
    made = STORES[request.param](request)
    yield made
    made.close()


@pytest.fixture
def put(store, tmp_path):
    """Store bytes under a name."""

    def put_bytes(name=NAME, content=SOUND, content_type="audio/mpeg"):
        source = tmp_path / f"source {threading.get_ident()}"
        source.write_bytes(content)
        return store.put(name, source, content_type)

    return put_bytes


def _read(store, name, start=0, end=None):
    with store.open_range(name, start, end) as reader:
        return reader.read()


def test_what_is_put_can_be_read_back(store, put):
    put()

    assert _read(store, NAME) == SOUND


def test_put_returns_what_stat_returns(store, put):
    before = datetime.now(UTC) - timedelta(seconds=5)

    stored = put()

    assert stored == store.stat(NAME)
    assert (stored.name, stored.size_bytes) == (NAME, len(SOUND))
    assert stored.crc32c == base64.b64encode(google_crc32c.Checksum(SOUND).digest()).decode()
    assert before <= stored.stored_at <= datetime.now(UTC) + timedelta(seconds=5)
    assert stored.stored_at.utcoffset() == timedelta(0)


def test_every_kind_of_name_can_be_stored(store, put):
    for name in (
        NAMES.captions,
        NAMES.chapters,
        NAMES.manifest,
        narration_name(SHA),
        cover_name("morning-brief", SHA, "png"),
    ):
        put(name, name.encode())

        assert _read(store, name) == name.encode()


def test_an_empty_object_can_be_stored(store, put):
    assert put(content=b"").size_bytes == 0
    assert _read(store, NAME) == b""


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (0, 1000), (1000, 2000), (1, None), (len(SOUND) - 1, None), (0, len(SOUND)), (100_000, len(SOUND) + 9)],
)
def test_a_range_holds_exactly_its_bytes(store, put, start, end):
    put()

    assert _read(store, NAME, start, end) == SOUND[start:end]


def test_a_range_can_be_read_in_pieces(store, put):
    put()

    with store.open_range(NAME, 10, 30) as reader:
        pieces = [reader.read(8), reader.read(8), reader.read(8), reader.read(8)]

    assert pieces == [SOUND[10:18], SOUND[18:26], SOUND[26:30], b""]


@pytest.mark.parametrize(("start", "end"), [(5, 5), (len(SOUND), None), (len(SOUND) + 10, len(SOUND) + 20)])
def test_a_range_of_nothing_is_empty(store, put, start, end):
    put()

    assert _read(store, NAME, start, end) == b""


@pytest.mark.parametrize(("start", "end"), [(-1, None), (10, 5)])
def test_an_impossible_range_is_a_mistake_of_the_caller(store, put, start, end):
    put()

    with pytest.raises(ValueError, match="not a range"):
        store.open_range(NAME, start, end)


def test_a_name_is_never_overwritten(store, put):
    put()

    with pytest.raises(ObjectExistsError) as caught:
        put(content=b"something else")

    assert caught.value.permanent
    assert _read(store, NAME) == SOUND


def test_the_same_bytes_again_are_refused_too(put):
    put()

    with pytest.raises(ObjectExistsError):
        put()


def test_of_sixteen_writers_of_one_name_one_wins(store, put):
    ready = threading.Barrier(16)

    def write(number):
        ready.wait(timeout=30)
        try:
            put(content=bytes([number]) * 100_000)
        except ObjectExistsError:
            return None
        return number

    with ThreadPoolExecutor(16) as threads:
        winners = [number for number in threads.map(write, range(16)) if number is not None]

    assert len(winners) == 1
    assert _read(store, NAME) == bytes(winners) * 100_000


def test_nobody_sees_half_an_object(store, put):
    seen = []

    with ThreadPoolExecutor(1) as thread:
        writing = thread.submit(put, content=SOUND * 32)
        while not writing.done():
            seen.extend(stored.size_bytes for stored in store.list())

    assert set(seen) <= {len(SOUND) * 32}


@pytest.mark.parametrize("method", ["open_range", "stat"])
def test_what_is_not_stored_is_missing(store, method):
    with pytest.raises(ObjectMissingError) as caught:
        getattr(store, method)(NAME)

    assert caught.value.permanent


def test_delete_says_whether_there_was_something(store, put):
    put()

    assert store.delete(NAME) is True
    assert store.delete(NAME) is False
    with pytest.raises(ObjectMissingError):
        store.stat(NAME)


def test_a_deleted_name_is_free_again(store, put):
    put()
    store.delete(NAME)

    put(content=b"new")

    assert _read(store, NAME) == b"new"


def test_list_yields_everything_in_the_order_of_names(store, put):
    names = [
        rendition_names(show_slug=slug, brief_id=brief, number=1, job_id=1, attempt=1, sha256=SHA).audio
        for slug in ("a", "a-b", "ab", "a0")
        for brief in (2, 10)
    ] + [narration_name(SHA), narration_name("f" * 64), cover_name("a", SHA, "jpg")]
    for name in names:
        put(name, name.encode())

    listed = list(store.list())

    assert [stored.name for stored in listed] == sorted(names)
    assert listed == [store.stat(name) for name in sorted(names)]


@pytest.mark.parametrize(
    ("prefix", "count"),
    [("", 3), ("shows/", 2), ("shows", 2), ("shows/morning-brief/7/0001", 1), ("shows/other/", 0), ("narrations/0", 1),
     ("narrations/01/", 1), ("narrations/02", 0), (NAME, 1)],
)  # fmt: skip
def test_list_takes_a_prefix(store, put, prefix, count):
    put()
    put(cover_name("morning-brief", SHA, "png"))
    put(narration_name(SHA))

    listed = [stored.name for stored in store.list(prefix)]

    assert len(listed) == count
    assert all(name.startswith(prefix) for name in listed)


def test_an_empty_store_lists_nothing(store):
    assert list(store.list()) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused_by_every_method(store, tmp_path, name):
    source = tmp_path / "source"
    source.write_bytes(SOUND)

    for call in (
        lambda: store.put(name, source, "audio/mpeg"),
        lambda: store.open_range(name),
        lambda: store.stat(name),
        lambda: store.delete(name),
        lambda: store.signed_url(name, timedelta(minutes=1)),
    ):
        with pytest.raises(InvalidObjectNameError):
            call()


@pytest.mark.parametrize(
    "prefix", [name for name in HOSTILE if name and not name.startswith(NAME)] + ["/", "shows/../"]
)
def test_hostile_prefixes_are_refused(store, prefix):
    with pytest.raises(InvalidObjectNameError):
        list(store.list(prefix))


def test_a_source_that_is_missing_stores_nothing(store, tmp_path):
    with pytest.raises(StorageError, match="nowhere"):
        store.put(NAME, tmp_path / "nowhere", "audio/mpeg")

    assert list(store.list()) == []


def test_a_signed_address_is_a_web_address_or_none(store, put):
    put()

    address = store.signed_url(NAME, timedelta(minutes=5))

    assert address is None or address.startswith(("https://", "http://127.0.0.1"))


def test_an_operator_can_be_told_where_an_object_is(store):
    assert store.place(NAME).endswith(f"/{NAME}")
    with pytest.raises(InvalidObjectNameError):
        store.place("../secret")
