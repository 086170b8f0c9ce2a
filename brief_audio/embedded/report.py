"""What a keeper tells everybody who waits for its server: one line in the file that it keeps locked."""

import json
import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

DATABASE = "brief_audio"


class State(StrEnum):
    """How far the server is."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """State of the server, its address once it is ready, the reason once it has failed."""

    state: State
    keeper_pid: int = 0
    server_pid: int = 0
    socket_folder: str = ""
    port: int = 0
    tcp_port: int | None = None
    message: str = ""

    @property
    def url(self) -> str:
        """The address of the product's database; the port is named because PGPORT would decide otherwise."""
        return f"postgresql://postgres@/{DATABASE}?host={quote(self.socket_folder)}&port={self.port}"


def write_report(descriptor: int, report: Report) -> None:
    """Replace the report in the open file `descriptor`."""
    line = json.dumps(asdict(report)).encode()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, line, 0)


def read_report(path: Path) -> Report | None:
    """Return the report in `path`; None where there is none, or while it is being written."""
    try:
        fields = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return Report(**{**fields, "state": State(fields["state"])})
