"""The name of this process among all workers."""

import os
import secrets
import socket
from functools import cache


@cache
def worker_name() -> str:
    """Return a name no other process ever has: in containers, both host name and PID can repeat."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
