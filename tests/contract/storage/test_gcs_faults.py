"""Storing and reading over a line that fails: tried again where that helps, told clearly where it does not."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from brief_audio.domain.errors import (
    ObjectExistsError,
    ObjectMissingError,
    StorageDeniedError,
    StorageError,
    StoreUnreachableError,
)
from brief_audio.domain.object_names import narration_name, rendition_names
from brief_audio.storage.retry import RetryLimits
from tests.contract.storage.faulty_line import (
    answer,
    answer_with_page,
    cut,
    cut_answer,
    faulty_line,
    flip_answer,
    flip_upload,
    ignore_range,
    lose_answer,
    say_nothing,
    send_less,
    trickle,
)
from tests.contract.storage.loopback_gcs import store_at

pytestmark = pytest.mark.slow

SHA = "0123456789abcdef" * 4
NAME = rendition_names(show_slug="m", brief_id=7, number=1, job_id=12, attempt=1, sha256=SHA).audio
SMALL = bytes(range(256)) * 4096  # 1 MiB, sent in one request
LARGE = bytes(range(256)) * 40_000  # 9.8 MiB, sent in parts
PASSING = [408, 429, 500, 502, 503, 504]
CALLS = {
    "put": ("POST", lambda store, path: store.put(narration_name(SHA), path, "audio/flac")),
    "stat": ("GET", lambda store, _: store.stat(NAME)),
    "read": ("GET", lambda store, _: read(store)),
    "list": ("GET", lambda store, _: list(store.list())),
    "delete": ("DELETE", lambda store, _: store.delete(NAME)),
}


def read(store, start=0, end=None):
    with store.open_range(NAME, start, end) as reader:
        return reader.read()


@pytest.fixture
def stored(witness, source):
    """Something that is stored already."""
    return witness.put(NAME, source(SMALL), "audio/mpeg")


@pytest.mark.parametrize("status", PASSING)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.usefixtures("stored")
def test_an_answer_that_passes_is_waited_out(store, line, source, call, status):
    method, do = CALLS[call]
    line.fail(method, answer(status), answer(status))

    assert do(store, source(SMALL))

    assert [one.status for one in line.exchanges][:2] == [status, status]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.usefixtures("stored")
def test_a_line_that_is_cut_is_taken_up_again(store, line, source, call):
    method, do = CALLS[call]
    line.fail(method, cut, cut)

    assert do(store, source(SMALL))


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", [answer(503), cut], ids=["503", "cut"])
def test_patience_ends_and_the_job_may_try_again_later(line, bucket, source, call, fault):
    store = store_at(line.url, bucket, patience=RetryLimits(0.3, 0.2, first_wait_seconds=0.02))
    line.always(fault)

    with pytest.raises(StorageError, match="given up after") as caught:
        CALLS[call][1](store, source(b"x"))

    assert not caught.value.permanent
    assert 1 < len(line.exchanges) < 20
    store.close()


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_says_nothing_is_not_waited_for(line, bucket, source, call):
    store = store_at(line.url, bucket, patience=RetryLimits(0.5, 0.1, first_wait_seconds=0.01))
    over = Event()
    line.always(say_nothing(over))

    with pytest.raises(StorageError) as caught:
        CALLS[call][1](store, source(b"x"))

    over.set()
    assert not caught.value.permanent
    store.close()


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_is_gone_may_come_back(gcs_server, bucket, source, call):
    with faulty_line(gcs_server.url) as line:
        store = store_at(line.url, bucket, patience=RetryLimits(0.1, 0.1, first_wait_seconds=0.01))

    with pytest.raises(StoreUnreachableError, match="the connection to Google Cloud Storage failed") as caught:
        CALLS[call][1](store, source(b"x"))

    assert not caught.value.permanent
    assert f"failed: Connection refused ({line.url.removeprefix('http://')}) (given up" in str(caught.value)
    store.close()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("status", "setting"), [(401, "GOOGLE_APPLICATION_CREDENTIALS"), (403, "BRIEF_GCS_BUCKET")])
def test_a_denial_is_told_at_once_with_the_setting_to_mend(store, line, source, call, status, setting):
    line.always(answer(status, "no access to this project"))

    with pytest.raises(StorageDeniedError, match=setting) as caught:
        CALLS[call][1](store, source(SMALL))

    assert caught.value.permanent
    assert len(line.exchanges) == 1


@pytest.mark.parametrize("status", [400, 405, 409, 413])
def test_what_no_second_try_can_mend_is_told_at_once(store, line, source, status):
    line.fail("POST", answer(status, "the reason"))

    with pytest.raises(StorageError, match="the reason") as caught:
        store.put(NAME, source(SMALL), "audio/mpeg")

    assert caught.value.permanent
    assert len(line.exchanges) == 1


@pytest.mark.parametrize("call", ["put", "stat", "read", "list", "delete"])
def test_a_bucket_that_does_not_exist_is_no_missing_object(gcs_server, source, call):
    store = store_at(gcs_server.url, "nobodys-bucket")

    with pytest.raises(StorageDeniedError, match="BRIEF_GCS_BUCKET"):
        CALLS[call][1](store, source(SMALL))

    store.close()


def test_the_bucket_is_looked_for_once_only(store, line):
    for _ in range(3):
        with pytest.raises(ObjectMissingError):
            store.stat(NAME)

    assert len(line.exchanges) == 4


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["whole", "in parts"])
def test_a_lost_answer_is_no_second_object(store, line, witness, source, content):
    line.fail("POST" if content is SMALL else "PUT", lose_answer)

    stored = store.put(NAME, source(content), "audio/mpeg")

    assert stored == witness.stat(NAME)
    assert read(witness) == content


def test_after_a_lost_request_another_writer_may_have_been_first(store, line, witness, source):
    def overtaken(exchange, ask):
        witness.put(NAME, source(b"something else"), "audio/mpeg")
        cut(exchange, ask)

    path = source(SMALL).rename(source(SMALL).with_name("ours"))
    line.fail("POST", overtaken)

    with pytest.raises(ObjectExistsError):
        store.put(NAME, path, "audio/mpeg")

    assert read(witness) == b"something else"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_upload_in_parts_survives_a_cut_at_any_of_them(store, line, witness, source, number):
    method = "POST" if number == 0 else "PUT"
    line.fail(method, *[lambda _, ask: ask()] * max(0, number - 1), cut)

    store.put(NAME, source(LARGE), "audio/mpeg")

    assert read(witness) == LARGE


def test_an_upload_whose_session_ended_starts_over(store, line, witness, source):
    line.fail("PUT", answer(410), answer(404))

    store.put(NAME, source(LARGE), "audio/mpeg")

    assert read(witness) == LARGE


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["whole", "in parts"])
def test_every_upload_refuses_to_overwrite(store, line, source, content):
    store.put(NAME, source(content), "audio/mpeg")

    assert "ifGenerationMatch=0" in line.exchanges[0].target


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["whole", "in parts"])
def test_a_flipped_bit_is_noticed_deleted_and_sent_again(store, line, witness, source, content):
    line.fail("POST" if content is SMALL else "PUT", flip_upload)

    store.put(NAME, source(content), "audio/mpeg")

    assert read(witness) == content
    assert line.methods().count("DELETE") == 1


def test_bits_that_always_flip_leave_nothing_behind(line, bucket, witness, source):
    store = store_at(line.url, bucket, patience=RetryLimits(1, 1, first_wait_seconds=0.05))

    def flip_every_upload(exchange, ask):
        (flip_upload if exchange.method == "POST" else lambda _, go: go())(exchange, ask)

    line.always(flip_every_upload)

    with pytest.raises(StorageError, match="differ from those sent"):
        store.put(NAME, source(b"x" * 1000), "audio/mpeg")

    assert list(witness.list()) == []
    store.close()


def test_what_arrived_damaged_goes_away_even_where_deleting_fails_at_first(store, line, witness, source):
    line.fail("POST", flip_upload)
    line.fail("DELETE", cut, answer(503))

    store.put(NAME, source(SMALL), "audio/mpeg")

    assert read(witness) == SMALL


def test_damage_that_google_itself_notices_is_sent_again(store, line, witness, source):
    line.fail("POST", answer(400, "Provided CRC32C AAAAAA== doesn't match calculated CRC32C 2HvlZg==."))

    store.put(NAME, source(SMALL), "audio/mpeg")

    assert read(witness) == SMALL


def test_an_answer_that_says_nothing_of_the_object_is_not_believed(store, line, witness, source):
    def say_little(exchange, ask):
        ask()
        exchange.answer = b"{}"

    line.fail("POST", say_little)

    assert store.put(NAME, source(SMALL), "audio/mpeg") == witness.stat(NAME)


@pytest.mark.usefixtures("stored")
def test_a_download_goes_on_from_the_byte_that_it_had_reached(store, line):
    line.fail("GET", lambda _, ask: ask(), cut_answer(100_000), cut_answer(50_000))

    assert read(store) == SMALL

    ranges = [exchange.headers.get("range") for exchange in line.exchanges[1:4]]
    assert ranges[0] == "bytes=0-262143"
    assert 0 < int(ranges[1].removeprefix("bytes=").split("-")[0]) <= 100_000
    assert ranges[2].endswith("-262143")


@pytest.mark.usefixtures("stored")
def test_an_answer_that_is_too_short_is_completed(store, line):
    line.fail("GET", lambda _, ask: ask(), send_less)

    assert read(store, 300_000, 310_000) == SMALL[300_000:310_000]


@pytest.mark.usefixtures("stored")
def test_a_server_that_trickles_is_given_up(line, bucket):
    store = store_at(line.url, bucket, patience=RetryLimits(0.2, 1))

    with store.open_range(NAME) as reader:
        line.always(trickle)
        with pytest.raises(StorageError, match="too slowly"):
            reader.read()

    store.close()


def test_what_a_proxy_on_the_way_says_is_told_in_short(line, bucket):
    store = store_at(line.url, bucket, patience=RetryLimits(0.1, 1))
    line.always(answer_with_page)

    with pytest.raises(StorageError, match=r"answered 502 \(Bad Gateway\)"):
        store.stat(NAME)

    store.close()


@pytest.mark.usefixtures("stored")
def test_a_part_is_read_in_requests_of_its_own_size(store, line):
    assert read(store, 300_000, 300_002) == SMALL[300_000:300_002]

    assert line.exchanges[-1].headers["range"] == "bytes=300000-300001"


@pytest.mark.usefixtures("stored")
def test_an_object_that_arrives_damaged_is_not_read_to_its_end(store, line):
    line.fail("GET", lambda _, ask: ask(), flip_answer)

    with store.open_range(NAME) as reader, pytest.raises(StorageError, match="damaged"):
        reader.read()


@pytest.mark.usefixtures("stored")
def test_more_than_was_asked_for_is_not_taken_for_a_part(store, line):
    line.fail("GET", lambda _, ask: ask(), ignore_range)

    assert read(store, 300_000, 300_100) == SMALL[300_000:300_100]


def test_a_listing_goes_on_after_a_fault_with_nothing_twice(store, line, witness, source):
    names = sorted(narration_name(f"{number:064x}") for number in range(7))
    for name in names:
        witness.put(name, source(b"x"), "audio/flac")
    line.page_size = 2
    line.fail("GET", lambda _, ask: ask(), answer(503), lambda _, ask: ask(), cut)

    assert [one.name for one in store.list()] == names


def test_what_is_nobodys_object_is_left_out_of_the_listing(store, gcs_server, bucket, source):
    store.put(NAME, source(SMALL), "audio/mpeg")
    foreign = store_at(gcs_server.url, bucket)._bucket
    foreign._blob("shows/README.txt").upload_from_string(b"not ours")

    assert [one.name for one in store.list()] == [NAME]
    foreign.close()


@pytest.mark.usefixtures("stored")
def test_an_object_whose_deletion_was_not_answered_is_deleted_by_us(store, line):
    line.fail("DELETE", lose_answer)

    assert store.delete(NAME) is True
    assert store.delete(NAME) is False


@pytest.mark.parametrize(
    ("name", "content_type", "cache_control"),
    [
        (NAME, "audio/mpeg", "public, max-age=31536000, immutable"),
        (narration_name(SHA), "audio/flac", "private"),
    ],
)
def test_an_object_carries_its_type_and_how_long_it_may_be_kept(store, source, name, content_type, cache_control):
    store.put(name, source(SMALL), content_type)

    blob = store._bucket._blob(name)
    blob.reload()
    assert (blob.content_type, blob.cache_control) == (content_type, cache_control)


def test_what_is_stored_is_read_as_a_stream_that_cannot_be_sought(witness, source):
    witness.put(NAME, source(SMALL), "audio/mpeg")

    with witness.open_range(NAME, 10, 20) as reader:
        assert reader.readable()
        assert not reader.seekable()
    with pytest.raises(ValueError, match="closed"):
        reader.raw.readinto(bytearray(1))


def test_closing_ends_the_waiting(line, bucket):
    store = store_at(
        line.url, bucket, patience=RetryLimits(3600, 5, first_wait_seconds=1800, longest_wait_seconds=1800)
    )
    line.always(answer(503))

    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(store.stat, NAME)
        while not line.exchanges:
            time.sleep(0.01)
        store.close()

        with pytest.raises(StorageError, match="given up after 1 try"):
            waiting.result(timeout=60)


def test_many_threads_share_a_store_whose_line_fails(store, line, source):
    path = source(SMALL)
    names = [narration_name(f"{number:064x}") for number in range(24)]
    line.fail("POST", *[answer(503), lose_answer, cut, flip_upload] * 3)

    def store_and_read(name):
        store.put(name, path, "audio/flac")
        with store.open_range(name, 5, 400_000) as reader:
            return reader.read()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(store_and_read, names)) == {SMALL[5:400_000]}
    assert [one.name for one in store.list()] == names


@pytest.mark.usefixtures("stored")
def test_credentials_that_cannot_sign_sign_nothing(store):
    assert store.signed_url(NAME, timedelta(minutes=5)) is None
