"""Turn PostgreSQL's last log lines into an explanation and advice."""

from pathlib import Path

from brief_audio.embedded.errors import EmbeddedServerError

_TAIL_LINES = 12
_ADVICE = (
    ("No space left on device", "The disk is full: free some space, then start again."),
    ("Disk quota exceeded", "The disk quota is exhausted: free some space, then start again."),
    ("Read-only file system", "The data folder is on a read-only disk: choose another data folder."),
    ("has wrong ownership", "The data folder belongs to another user: run this as that user, or change its owner."),
    ("incompatible with server", "Another PostgreSQL version made the data folder: move it away and restore a dump."),
    ("invalid locale", "The data folder needs a locale that this system lacks: install it."),
    ("locale name", "The data folder needs a locale that this system lacks: install it."),
    ("Cannot allocate memory", "PostgreSQL has too little free memory: stop other programs, then start again."),
    ("shared memory", "PostgreSQL got no shared memory. Look for another server on this folder or a full /dev/shm."),
    ("TCP/IP socket", "The TCP port is in use: choose another one, or none."),
    ("Permission denied", "No permission for a file in the data folder: run this as the folder's owner."),
    ("could not locate a valid checkpoint", "The data folder is damaged: move it away and restore a backup."),
)  # fmt: skip
_PASSING = ('lock file "', "pre-existing shared memory block")


def failure(what: str, words: str, log: Path | None = None) -> EmbeddedServerError:
    """Return an error that says what happened, what to do, and the last lines (`words`) of PostgreSQL or the system."""
    advice = next((advice for needle, advice in _ADVICE if needle in words), "See its last lines of output below.")
    lines = "\n".join(f"  {line}" for line in words.strip().splitlines()[-_TAIL_LINES:])
    where = f" The log is {log}." if log else ""
    return EmbeddedServerError(f"{what}. {advice}{where}\n{lines}".rstrip())


def is_passing(words: str) -> bool:
    """Return whether the server only ran into leftovers of one that is shutting down, so that a retry will help."""
    return any(needle in words for needle in _PASSING)
