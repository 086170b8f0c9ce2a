"""The user the server runs as: PostgreSQL refuses to run as root, and that user must own its files."""

import os
import pwd
import signal
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from brief_audio.embedded.errors import EmbeddedServerError
from brief_audio.embedded.kernel import become_user, die_with_parent, enter_namespace
from brief_audio.embedded.layout import Layout


class Way(StrEnum):
    """How a process becomes a user that PostgreSQL accepts."""

    ITSELF = "itself"
    NAMESPACE = "namespace"
    OTHER_USER = "other user"


@dataclass(frozen=True, slots=True)
class Identity:
    """A way to change user, the resulting user and group, and whether they can still reach every file."""

    way: Way
    uid: int
    gid: int
    reaches_every_file: bool = False

    @property
    def owner(self) -> tuple[int, int]:
        """Return the user and group that must own the cluster's files, as seen from outside the namespace."""
        return (os.geteuid(), os.getegid()) if self.way is Way.NAMESPACE else (self.uid, self.gid)

    def enter(self) -> None:  # pragma: no cover - between fork and exec, where coverage can't measure
        """Switch to this identity; raise `OSError` if the system forbids that."""
        match self.way:
            case Way.ITSELF:
                pass
            case Way.NAMESPACE:
                enter_namespace(self.uid, self.gid)
            case Way.OTHER_USER:
                become_user(self.uid, self.gid, reaches_every_file=self.reaches_every_file)


def choose_identity(layout: Layout, programs: Path) -> Identity:
    """Return the first identity that can run the programs and reach the folder, or raise `EmbeddedServerError`."""
    reasons = []
    for identity in _candidates(layout):
        reason = _hindrance(identity, layout, programs)
        if reason is None:
            return identity
        reasons.append(f"  {identity.way}, {identity.uid}: {reason}")
    raise EmbeddedServerError(
        f"PostgreSQL refuses to run as root, and no other user works here. Run this as an ordinary user who owns "
        f"{layout.home} and can read {programs}. Tried:\n" + "\n".join(reasons)
    )


def preparation(identity: Identity) -> Callable[[], None]:
    """Return what a child does between fork and exec: switch to `identity`, and end when this process does."""
    return partial(_prepare, identity, os.getpid())


def _prepare(identity: Identity, parent_pid: int) -> None:  # pragma: no cover - between fork and exec
    os.umask(0o077)
    identity.enter()
    die_with_parent(parent_pid, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _candidates(layout: Layout) -> Iterable[Identity]:
    home_uid, home_gid = layout.owner
    if os.geteuid() == 0 and home_uid != 0:
        # Root works in another user's folder: keep it theirs, and give a server they control none of root's powers.
        yield Identity(Way.OTHER_USER, home_uid, home_gid)
        return
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        yield Identity(Way.ITSELF, os.geteuid(), os.getegid())
    yield Identity(Way.NAMESPACE, *_nobody())
    if os.geteuid() == 0:
        # Reaching every file is safe here: only root can enter the folder that contains the cluster and the socket.
        yield Identity(Way.OTHER_USER, *_nobody(), reaches_every_file=True)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _nobody() -> tuple[int, int]:
    """Return a user that has a name even inside a namespace: `initdb` refuses a user without one."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedServerError("This system has no user `nobody` to run PostgreSQL as. Create one.") from None
    return entry.pw_uid, entry.pw_gid


def _hindrance(identity: Identity, layout: Layout, programs: Path) -> str | None:
    """Try the identity; return why it doesn't work, None if it does."""

    def enter_and_look() -> None:  # pragma: no cover - between fork and exec
        _prepare(identity, parent_pid)
        os.listdir(layout.home)  # noqa: PTH208 - run as little Python as possible between fork and exec

    parent_pid = os.getpid()
    try:
        done = subprocess.run(
            [programs / "postgres", "--version"],
            preexec_fn=enter_and_look,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            cwd="/",
            check=False,
        )
    except subprocess.SubprocessError:
        return f"it can't be entered, or can't read {layout.home}"
    except OSError as error:
        return str(error)
    return done.stderr.strip() or "postgres failed" if done.returncode != 0 else None
