"""What PostgreSQL's own last words mean to a person, and what to do about it."""

from pathlib import Path

from brief_audio.embedded.errors import EmbeddedServerError

_TAIL_LINES = 12
_ADVICE = (
    ("No space left on device", "The disk is full: free some space, then start again."),
    ("Disk quota exceeded", "The disk quota is used up: free some space, then start again."),
    ("Read-only file system", "The data folder is on a read-only disk: choose another data folder."),
    ("has wrong ownership", "The data folder belongs to another user: run this as its owner, or give the folder away."),
    ("incompatible with server", "The data folder was made by another PostgreSQL: move it away and restore a dump."),
    ("invalid locale", "The system lacks the locale that the data folder was made with: install it."),
    ("locale name", "The system lacks the locale that the data folder was made with: install it."),
    ("Cannot allocate memory", "There is too little free memory for PostgreSQL: end other programs, then start again."),
    ("shared memory", "PostgreSQL got no shared memory: is another server using the folder, or /dev/shm full?"),
    ("TCP/IP socket", "The TCP port is taken: choose another one, or none."),
    ("Permission denied", "Something in the data folder may not be read or written: run this as the folder's owner."),
    ("could not locate a valid checkpoint", "The data folder is damaged: move it away and restore a backup."),
)  # fmt: skip
_PASSING = ('lock file "', "pre-existing shared memory block")


def failure(what: str, words: str, log: Path | None = None) -> EmbeddedServerError:
    """Return an error of what happened, what to do, and the last of PostgreSQL's (or the system's) `words` about it."""
    advice = next((advice for needle, advice in _ADVICE if needle in words), "The last words about it:")
    lines = "\n".join(f"  {line}" for line in words.strip().splitlines()[-_TAIL_LINES:])
    where = f" The log is {log}." if log else ""
    return EmbeddedServerError(f"{what}. {advice}{where}\n{lines}".rstrip())


def is_passing(words: str) -> bool:
    """Whether the server only found traces of another that is just ending: trying again will help."""
    return any(needle in words for needle in _PASSING)
