"""A process that has imported the command line already: each command is a fork of it, and a process of its own.

Importing costs a second and more, doing what most commands do a twentieth of that. This serves until its standard
input ends, as it does with the tests. Over a connection come a command's three streams and, as JSON, its words and
its environment; back go its number and, once it has ended, its exit status, a line each.
"""

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
from pathlib import Path

LARGEST_REQUEST = 1 << 20
# What commands load when they come to need it, all but what brings torch or speaks to Google.
LATE = (
    "alembic.command",
    "alembic.config",
    "brief_audio.app",
    "brief_audio.bootstrap",
    "brief_audio.domain.text.script_writer",
    "brief_audio.services.making.edition_work",
    "brief_audio.services.making.preview_work",
)


def import_commands() -> None:
    """Import all that a fork shall find imported."""
    cli = importlib.import_module("brief_audio.cli")
    for name in (*(f"{cli.__name__}.{module.name}" for module in pkgutil.iter_modules(cli.__path__)), *LATE):
        importlib.import_module(name)


def serve(listener: socket.socket) -> bool:
    """Fork a process for each connection; return True in that process, False here when the tests have ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while listener in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            become_command(connection)
            return True
        connection.close()
    return False


def become_command(connection: socket.socket) -> None:
    """Fork once more: here wait for the other to end, and return there."""
    asked, streams, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 3)
    request = json.loads(asked)
    pid = os.fork()
    if pid:
        for stream in streams:
            os.close(stream)
        connection.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    connection.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = request["words"]


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])
    import manage

    import_commands()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0" + sys.argv[1])
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        is_command = serve(listener)
    if is_command:
        manage.main()
