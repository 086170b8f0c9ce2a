"""PostgreSQL's data folder: made once, whole or not at all, and looked over before each start."""

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

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # no PG* variable of the caller's decides anything
_UNFINISHED = "unfinished-"


def ensure_cluster(layout: Layout, programs: Path, identity: Identity) -> None:
    """Leave a cluster that `identity` can run; raise `EmbeddedServerError` where there is one that it cannot."""
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
    """Make the cluster under another name first: a start that is cut off never leaves half of one."""
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=layout.home))
    _hand_over(folder, identity)
    server, initdb = programs / "postgres", programs / "initdb"
    locale = ("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    access = ("-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256")
    _run((initdb, "-D", folder, *access, *locale, "--no-instructions"), "", layout, identity)
    # One process that nobody else can reach: the database is there before the first connection can be.
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
        raise failure(f"PostgreSQL could not make its data folder {layout.cluster}", done.stdout, layout.log)


def _refuse_other_version(layout: Layout, programs: Path) -> None:
    try:
        found = (layout.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise EmbeddedServerError(
            f"{layout.cluster} is no data folder of PostgreSQL: move it away, then start again."
        ) from None
    if found != (brought := major_version(programs)):
        raise EmbeddedServerError(
            f"{layout.cluster} was made by PostgreSQL {found}, and this program brings PostgreSQL {brought}: move the "
            f"folder away and restore a dump of it, or use a PostgreSQL {found} server of your own."
        )


def _hand_over(folder: Path, identity: Identity) -> None:
    """Give the folder to the user whom the server will be; only root can, and only root must."""
    if os.geteuid() != 0 or folder.stat().st_uid == identity.owner[0]:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *identity.owner, follow_symlinks=False)
