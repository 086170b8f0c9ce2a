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

    def enter(self) -> None:
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
    for identity in _candidates(layout):
        if _works(identity, layout, programs):
            return identity
    user = f"user {os.geteuid()}" + (" (root)" if os.geteuid() == 0 else "")
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root, and as {user} it can neither be run in a user namespace nor as another user "
        f"who may read {programs} and {layout.home}: run this as an ordinary user to whom both folders belong."
    )


def preparation(identity: Identity) -> Callable[[], None]:
    """Return what a child does between fork and exec: become `identity`, and end when this process does."""
    return partial(_prepare, identity, os.getpid())


def _prepare(identity: Identity, parent_pid: int) -> None:
    os.umask(0o077)
    identity.enter()
    die_with_parent(parent_pid, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _candidates(layout: Layout) -> Iterable[Identity]:
    nobody = pwd.getpwnam("nobody")  # initdb wants a user who has a name, inside a namespace too
    home_uid, home_gid = layout.owner
    if os.geteuid() != 0:
        if _has_name(os.geteuid()):
            yield Identity(Way.ITSELF, os.geteuid(), os.getegid())
        yield Identity(Way.NAMESPACE, nobody.pw_uid, nobody.pw_gid)
    elif (
        home_uid != 0
    ):  # root helps out in somebody's folder: it stays theirs, and the server gets none of root's powers
        yield Identity(Way.OTHER_USER, home_uid, home_gid)
    else:
        yield Identity(Way.NAMESPACE, nobody.pw_uid, nobody.pw_gid)
        # Its power to reach every file serves nobody else: only root can enter the folder with cluster and socket.
        yield Identity(Way.OTHER_USER, nobody.pw_uid, nobody.pw_gid, reaches_every_file=True)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _works(identity: Identity, layout: Layout, programs: Path) -> bool:
    def enter_and_look() -> None:
        _prepare(identity, parent_pid)
        os.listdir(layout.home)  # noqa: PTH208 - no more Python than needed between fork and exec

    parent_pid = os.getpid()
    try:
        done = subprocess.run(
            [programs / "postgres", "--version"],
            preexec_fn=enter_and_look,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
