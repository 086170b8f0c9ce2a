"""What a keeper reports to the processes waiting for its server: one line in the file it keeps locked."""

import json
import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

DATABASE = "brief_audio"


class KeeperState(StrEnum):
    """The state of the server."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class KeeperReport:
    """The server's state, its address once it is ready, and the reason if it failed."""

    state: KeeperState
    keeper_pid: int = 0
    server_pid: int = 0
    socket_folder: str = ""
    port: int = 0
    tcp_port: int | None = None
    message: str = ""

    @property
    def url(self) -> str:
        """Return the address of the product's database, with the port, which PGPORT would otherwise set."""
        return f"postgresql://postgres@/{DATABASE}?host={quote(self.socket_folder)}&port={self.port}"


def write_report(descriptor: int, report: KeeperReport) -> None:
    """Replace the report in the open file `descriptor`."""
    line = json.dumps(asdict(report)).encode()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, line, 0)


def read_report(path: Path) -> KeeperReport | None:
    """Return the report in `path`, None if there is no report or it is still being written."""
    try:
        fields = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return KeeperReport(**{**fields, "state": KeeperState(fields["state"])})
