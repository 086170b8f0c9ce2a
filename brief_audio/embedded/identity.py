"""Who the server runs as: PostgreSQL refuses to be root, and its files must belong to the user it runs as."""

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
    """How a process comes to be somebody whom PostgreSQL accepts."""

    ITSELF = "itself"
    NAMESPACE = "namespace"
    OTHER_USER = "other user"


@dataclass(frozen=True, slots=True)
class Identity:
    """A way, the user and group it leads to, and whether every file stays reachable on it."""

    way: Way
    uid: int
    gid: int
    reaches_every_file: bool = False

    @property
    def owner(self) -> tuple[int, int]:
        """Whose the cluster's files must be, seen from outside."""
        return (os.geteuid(), os.getegid()) if self.way is Way.NAMESPACE else (self.uid, self.gid)

    def enter(self) -> None:  # pragma: no cover - between fork and exec, where no measuring is possible
        """Become it; raise `OSError` where the system forbids that."""
        match self.way:
            case Way.ITSELF:
                pass
            case Way.NAMESPACE:
                enter_namespace(self.uid, self.gid)
            case Way.OTHER_USER:
                become_user(self.uid, self.gid, reaches_every_file=self.reaches_every_file)


def choose_identity(layout: Layout, programs: Path) -> Identity:
    """Return the first identity that can run the programs and reach the folder; else raise `EmbeddedServerError`."""
    reasons = []
    for identity in _candidates(layout):
        reason = _hindrance(identity, layout, programs)
        if reason is None:
            return identity
        reasons.append(f"  {identity.way}, {identity.uid}: {reason}")
    raise EmbeddedServerError(
        f"PostgreSQL, which refuses to be root, can be run by nobody here. Run this as an ordinary user who may read "
        f"{programs} and to whom {layout.home} belongs. What was tried:\n" + "\n".join(reasons)
    )


def preparation(identity: Identity) -> Callable[[], None]:
    """Return what a child does between fork and exec: become `identity`, and end when this process does."""
    return partial(_prepare, identity, os.getpid())


def _prepare(identity: Identity, parent_pid: int) -> None:  # pragma: no cover - between fork and exec
    os.umask(0o077)
    identity.enter()
    die_with_parent(parent_pid, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _candidates(layout: Layout) -> Iterable[Identity]:
    home_uid, home_gid = layout.owner
    if os.geteuid() == 0 and home_uid != 0:
        # Root works in somebody's folder: it stays theirs, and a server that they can command gets no power of root's.
        yield Identity(Way.OTHER_USER, home_uid, home_gid)
        return
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        yield Identity(Way.ITSELF, os.geteuid(), os.getegid())
    yield Identity(Way.NAMESPACE, *_nobody())
    if os.geteuid() == 0:
        # Its power to reach every file serves nobody else: only root can enter the folder with cluster and socket.
        yield Identity(Way.OTHER_USER, *_nobody(), reaches_every_file=True)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _nobody() -> tuple[int, int]:
    """Return a user who is surely somebody to `initdb`, which wants to know a name, inside a namespace too."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedServerError("This system has no user `nobody` to run PostgreSQL as: make one.") from None
    return entry.pw_uid, entry.pw_gid


def _hindrance(identity: Identity, layout: Layout, programs: Path) -> str | None:
    """Try it: return why this identity does not serve, None if it does."""

    def enter_and_look() -> None:  # pragma: no cover - between fork and exec
        _prepare(identity, parent_pid)
        os.listdir(layout.home)  # noqa: PTH208 - no more Python than needed between fork and exec

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
        return f"it may not be entered, or may not read {layout.home}"
    except OSError as error:
        return str(error)
    return done.stderr.strip() or "postgres failed" if done.returncode != 0 else None
