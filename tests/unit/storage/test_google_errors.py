"""What Google's answers mean: which are worth another try, and what to mend for the others."""

import pytest

from brief_audio.domain.errors import ObjectExistsError, ObjectMissingError, StorageDeniedError, StorageError
from brief_audio.storage.google_errors import refusal


def told(status: int, said: str = "so it is") -> StorageError:
    return refusal(status, said, doing="storing x", bucket="ours")


@pytest.mark.parametrize("status", [408, 410, 429, 500, 501, 502, 503, 504, 599])
def test_what_may_pass_is_worth_another_try(status: int) -> None:
    assert not told(status).permanent
    assert str(status) in str(told(status))


@pytest.mark.parametrize("status", [400, 402, 405, 406, 409, 411, 413, 416, 451])
def test_what_will_not_pass_is_not(status: int) -> None:
    assert told(status).permanent


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, StorageDeniedError), (403, StorageDeniedError), (404, ObjectMissingError), (412, ObjectExistsError)],
)
def test_some_answers_have_an_error_of_their_own(status: int, kind: type[StorageError]) -> None:
    assert type(told(status)) is kind
    assert told(status).permanent


def test_a_denial_names_what_to_mend_and_repeats_googles_reason() -> None:
    assert "GOOGLE_APPLICATION_CREDENTIALS" in str(told(401))
    assert "'ours'" in str(told(403, "no storage.objects.create access"))
    assert "no storage.objects.create access" in str(told(403, "no storage.objects.create access"))


def test_bytes_that_were_damaged_on_their_way_are_sent_again() -> None:
    assert not told(400, 'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "2HvlZg==".').permanent
