"""PostgreSQL's data folder: created completely or not at all, and checked before each start."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from brief_audio.embedded.diagnosis import failure
from brief_audio.embedded.errors import EmbeddedServerError
from brief_audio.embedded.identity import Identity, preparation
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.programs import major_version
from brief_audio.embedded.report import DATABASE

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # ignores the caller's PG* variables
_UNFINISHED = "unfinished-"


def ensure_cluster(layout: Layout, programs: Path, identity: Identity) -> None:
    """Make sure `identity` can run the cluster, creating it if missing; raise `EmbeddedServerError` if it can't."""
    _remove_unfinished(layout)
    if not layout.cluster.exists():
        _make(layout, programs, identity)
    _refuse_other_version(layout, programs)
    _hand_over(layout.cluster, identity)
    layout.cluster.chmod(0o700)


def _remove_unfinished(layout: Layout) -> None:
    for folder in layout.home.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _make(layout: Layout, programs: Path, identity: Identity) -> None:
    """Create the cluster under a temporary name first, so an interrupted start never leaves half a cluster."""
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=layout.home))
    _hand_over(folder, identity)
    server, initdb = programs / "postgres", programs / "initdb"
    locale = ("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    access = ("-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256")
    _run((initdb, "-D", folder, *access, *locale, "--no-instructions"), "", layout, identity)
    # A single-user process accepts no connections: the database exists before anyone can connect.
    single = (server, "--single", "-D", folder, "-c", "exit_on_error=on", "postgres")
    _run(single, f"CREATE DATABASE {DATABASE}\n", layout, identity)
    folder.rename(layout.cluster)


def _run(command: Sequence[str | Path], says: str, layout: Layout, identity: Identity) -> None:
    done = subprocess.run(
        command,
        input=says,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=ENVIRONMENT,
        cwd="/",
        preexec_fn=preparation(identity),
        check=False,
    )
    if done.returncode != 0:
        raise failure(f"PostgreSQL could not create its data folder {layout.cluster}", done.stdout, layout.log)


def _refuse_other_version(layout: Layout, programs: Path) -> None:
    try:
        found = (layout.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise EmbeddedServerError(
            f"{layout.cluster} is not a PostgreSQL data folder. Move it away, then start again."
        ) from None
    if found != (brought := major_version(programs)):
        raise EmbeddedServerError(
            f"{layout.cluster} was created by PostgreSQL {found}, but this program includes PostgreSQL {brought}. Move "
            f"the folder away and restore a dump of it, or use your own PostgreSQL {found} server."
        )


def _hand_over(folder: Path, identity: Identity) -> None:
    """Make the server's user the owner of the folder. Only root can do this, and only root needs to."""
    if os.geteuid() != 0 or folder.stat().st_uid == identity.owner[0]:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *identity.owner, follow_symlinks=False)
