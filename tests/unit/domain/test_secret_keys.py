"""Keys that sign sessions: what can be guessed is refused, what was generated is not."""

import base64
import string
from collections.abc import Callable
from random import Random
from uuid import UUID

import pytest

from brief_audio.domain.secret_keys import why_weak

WORDS = "is made of words"
REPEATS = "repeats itself"
COUNTS = "counts up or follows the keyboard"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "has 0 characters and needs at least 32"),
        ("kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6Gm", "has 31 characters and needs at least 32"),
        ("a" * 64, "has too few different characters (1)"),
        ("abababab" * 8, "has too few different characters (2)"),
        ("deadbeefcafebabe" * 3, "has too few different characters (6)"),
        ("change-me-" * 4, REPEATS),
        ("development" * 3, REPEATS),
        ("password" * 4 + "1234", REPEATS),
        ("hunter2-hunter3-hunter4-hunter5-", REPEATS),
        ("x" * 48 + "kJ8s0dP2lq5Wn7vX", REPEATS),
        ("0123456789" * 4, REPEATS),
        (string.ascii_lowercase + "012345", COUNTS),
        (string.ascii_uppercase[::-1] + "9876543210", COUNTS),
        ("qwertyuiopasdfghjklzxcvbnm1234567890", COUNTS),
        ("00112233445566778899aabbccddeeff", COUNTS),
        ("A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6", COUNTS),
        ("1q2w3e4r5t6y7u8i9o0p1a2s3d4f5g6h", COUNTS),
        ("please-change-this-secret-key-in-production", WORDS),
        ("your-secret-key-goes-here-1234567890", WORDS),
        ("dev-secret-key-do-not-use-in-production!", WORDS),
        ("django-insecure-replace-me-before-you-deploy", WORDS),
        ("Sup3rS3cr3tK3yF0rPr0duct10nUs3Only", WORDS),
        ("thequickbrownfoxjumpsoverthelazydog", WORDS),
        ("Ilovemydogandmycatandmyhouse2024!!", WORDS),
        ("Geheimnis-fuer-unsere-kleine-Redaktion-2026", WORDS),
        ("секретный ключ для нашей редакции", WORDS),
    ],
)
def test_a_key_that_can_be_guessed_is_refused_with_its_reason(key: str, reason: str) -> None:
    assert why_weak(key) == reason


@pytest.mark.parametrize(
    "generated",
    [
        lambda random: base64.urlsafe_b64encode(random.randbytes(48)).decode(),
        lambda random: base64.b64encode(random.randbytes(32)).decode(),
        lambda random: base64.urlsafe_b64encode(random.randbytes(24)).decode(),
        lambda random: random.randbytes(32).hex(),
        lambda random: random.randbytes(16).hex(),
        lambda random: str(UUID(bytes=random.randbytes(16), version=4)),
    ],
    ids=["urlsafe 48", "base64 32", "urlsafe 24", "hex 32", "hex 16", "uuid"],
)
def test_a_generated_key_is_accepted(generated: Callable[[Random], str]) -> None:
    random = Random(20_261_201)
    keys = [generated(random) for _ in range(1000)]

    assert [(key, reason) for key in keys if (reason := why_weak(key)) is not None] == []


def test_a_long_key_is_judged_by_its_beginning() -> None:
    """Red where all of a key is looked at: a file of megabytes would hold up the start."""
    assert why_weak("kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA" * 100_000) is None
