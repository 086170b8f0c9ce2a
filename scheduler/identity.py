"""What this process is called among all workers."""

import os
import secrets
import socket
from functools import cache


@cache
def worker_name() -> str:
    """Return a name that no other process has or had: in containers, host and process number may both come again."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
