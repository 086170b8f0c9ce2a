"""Who we are to Google: keys that sign addresses, and credentials that are missing, wrong or no longer valid."""

import hashlib
import json
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from brief_audio.domain.errors import StorageDeniedError, StorageError
from brief_audio.domain.object_names import rendition_names
from brief_audio.storage.gcs import GcsStore
from brief_audio.storage.google_bucket import GoogleBucket
from brief_audio.storage.retry import RetryLimits
from tests.contract.storage.account_key import ACCOUNT, credentials_of, key_file, new_private_key
from tests.contract.storage.faulty_line import answer, cut
from tests.contract.storage.loopback_gcs import QUICK, store_at

pytestmark = pytest.mark.slow

SHA = "0123456789abcdef" * 4
NAME = rendition_names(show_slug="m", brief_id=7, number=1, job_id=12, attempt=1, sha256=SHA).audio
TOKEN = {"access_token": "let-me-in", "expires_in": 3600, "token_type": "Bearer"}


@pytest.fixture(scope="session")
def private_key():
    return new_private_key()


@pytest.fixture
def key(private_key, line):
    """A key file; tokens are asked for over the line that fails."""
    return key_file(private_key, f"{line.url}/token")


@pytest.fixture
def signing(line, bucket, key):
    """A store whose credentials can sign."""
    made = store_at(line.url, bucket, credentials=credentials_of(key))
    yield made
    made.close()


def grant(exchange, ask):
    """Give out a token, as Google's sign-in does."""
    exchange.status, exchange.answer_headers = 200, {"Content-Type": "application/json"}
    exchange.answer = json.dumps(TOKEN).encode()


def string_to_sign(address):
    """Derive anew what a V4 signature signs: https://cloud.google.com/storage/docs/authentication/signatures."""
    parts = urlsplit(address)
    query = sorted(pair for pair in parse_qsl(parts.query) if pair[0] != "X-Goog-Signature")
    canonical_query = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query)
    canonical = f"GET\n{parts.path}\n{canonical_query}\nhost:{parts.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    given = dict(query)
    scope = given["X-Goog-Credential"].removeprefix(f"{ACCOUNT}/")
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return f"GOOG4-RSA-SHA256\n{given['X-Goog-Date']}\n{scope}\n{digest}".encode()


def test_an_address_is_signed_as_version_4_demands(signing, private_key, bucket, line):
    before = datetime.now(UTC).replace(microsecond=0)

    address = signing.signed_url(NAME, timedelta(hours=6))

    parts, given = urlsplit(address), dict(parse_qsl(urlsplit(address).query))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{line.url}/{bucket}/{NAME}"
    assert given["X-Goog-Algorithm"] == "GOOG4-RSA-SHA256"
    assert given["X-Goog-Expires"] == "21600"
    signed_at = datetime.strptime(given["X-Goog-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert before <= signed_at <= datetime.now(UTC)
    assert given["X-Goog-Credential"] == f"{ACCOUNT}/{signed_at:%Y%m%d}/auto/storage/goog4_request"
    signature = bytes.fromhex(given["X-Goog-Signature"])
    private_key.public_key().verify(signature, string_to_sign(address), padding.PKCS1v15(), hashes.SHA256())


def test_signing_asks_nobody(signing, line):
    signing.signed_url(NAME, timedelta(minutes=5))

    assert line.exchanges == []


def test_a_signed_address_plays_without_credentials(signing, witness, tmp_path):
    (tmp_path / "sound").write_bytes(b"sound")
    witness.put(NAME, tmp_path / "sound", "audio/mpeg")

    with urllib.request.urlopen(signing.signed_url(NAME, timedelta(minutes=5)), timeout=30) as reply:
        assert (reply.read(), reply.headers["Content-Type"]) == (b"sound", "audio/mpeg")
        assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_key_is_exchanged_for_a_token(signing, line):
    line.fail("POST", grant)

    assert list(signing.list()) == []
    assert line.exchanges[-1].headers["authorization"] == "Bearer let-me-in"


@pytest.mark.parametrize("reason", ["Invalid JWT Signature.", "Token must be a short-lived token", "account not found"])
def test_a_key_that_is_wrong_or_no_longer_valid_is_told_with_the_setting(signing, line, reason):
    line.always(answer(400, reason))

    with pytest.raises(StorageDeniedError, match="GOOGLE_APPLICATION_CREDENTIALS"):
        signing.stat(NAME)


def test_a_token_that_is_refused_is_renewed_and_then_given_up(signing, line):
    def refuse(exchange, ask):
        (grant if exchange.target == "/token" else answer(401, "Invalid Credentials"))(exchange, ask)

    line.always(refuse)

    with pytest.raises(StorageDeniedError, match="401"):
        signing.stat(NAME)
    assert len(line.exchanges) < 10


@pytest.mark.parametrize("fault", [cut, answer(503)], ids=["cut", "503"])
def test_a_sign_in_that_is_down_may_come_back(signing, line, fault):
    line.fail("POST", *[fault] * 2, grant)

    assert list(signing.list()) == []


def test_a_sign_in_that_stays_down_is_no_fault_of_the_key(line, bucket, key):
    store = store_at(line.url, bucket, patience=RetryLimits(0.1, 1), credentials=credentials_of(key))
    line.always(answer(503))

    with pytest.raises(StorageError, match="sign-in") as caught:
        store.stat(NAME)

    assert not caught.value.permanent
    store.close()


@pytest.mark.parametrize("content", [None, "", "{}", "not JSON", '{"type": "service_account"}'])
def test_a_key_file_that_is_missing_or_broken_is_told_with_the_setting(monkeypatch, tmp_path, content):
    path = tmp_path / "key.json"
    if content is not None:
        path.write_text(content)
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    store = GcsStore(GoogleBucket("ours"), reading=QUICK, writing=QUICK)

    for call in (lambda: store.stat(NAME), lambda: store.signed_url(NAME, timedelta(minutes=5))):
        with pytest.raises(StorageDeniedError, match="GOOGLE_APPLICATION_CREDENTIALS"):
            call()
    store.close()


def test_googles_own_variables_say_who_we_are(monkeypatch, tmp_path, key):
    (tmp_path / "key.json").write_text(json.dumps(key))
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    store = GcsStore(GoogleBucket("ours"))

    address = store.signed_url(NAME, timedelta(minutes=5))

    assert address.startswith(f"https://storage.googleapis.com/ours/{NAME}?")
    store.close()


def test_a_stand_in_on_this_machine_needs_no_credentials(monkeypatch, line, bucket, witness):
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", line.url)
    store = GcsStore(GoogleBucket(bucket), reading=QUICK, writing=QUICK)

    assert list(store.list()) == list(witness.list())
    assert store.signed_url(NAME, timedelta(minutes=5)) is None
    store.close()


def test_nothing_of_a_key_stands_in_what_is_told(signing, line, key):
    line.always(answer(400, "Invalid JWT Signature."))

    with pytest.raises(StorageError) as caught:
        signing.stat(NAME)

    assert key["private_key"].splitlines()[1] not in str(caught.value)
