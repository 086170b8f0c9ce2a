from pathlib import Path

import pytest

from brief_audio.embedded.diagnosis import failure, is_passing


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("initdb: error: could not write: No space left on device", "The disk is full"),
        ("FATAL:  could not create file: Disk quota exceeded", "The disk quota is exhausted"),
        ("mkdir: Read-only file system", "on a read-only disk"),
        ('FATAL:  data directory "/srv" has wrong ownership', "belongs to another user"),
        ("FATAL:  database files are incompatible with server", "Another PostgreSQL version made"),
        ('FATAL:  invalid locale settings: invalid locale name "de_DE"', "needs a locale that this system lacks"),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", "too little free memory"),
        ("FATAL:  could not create any TCP/IP sockets", "The TCP port is in use"),
        ("PermissionError: [Errno 13] Permission denied", "No permission for a file in the data folder"),
        ("PANIC:  could not locate a valid checkpoint record", "is damaged"),
    ],
)
def test_known_words_lead_to_advice(words, advice):
    assert advice in str(failure("PostgreSQL did not start", words))


def test_the_last_words_and_the_log_are_named():
    words = "\n".join(f"line {number}" for number in range(100))

    message = str(failure("PostgreSQL did not start", words, Path("/srv/postgres.log")))

    assert message.startswith("PostgreSQL did not start. ")
    assert "The log is /srv/postgres.log." in message
    assert "  line 88\n" in message
    assert message.endswith("  line 99")
    assert "line 87" not in message


@pytest.mark.parametrize(
    "words",
    [
        'FATAL:  lock file "postmaster.pid" already exists',
        "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use",
    ],
)
def test_traces_of_a_server_that_is_ending_pass(words):
    assert is_passing(words)
    assert not is_passing("FATAL:  could not create any TCP/IP sockets")
