"""PostgreSQL from a wheel: started for the first command that needs it, stopped when the last one has ended."""

from brief_audio.embedded.errors import EmbeddedServerError
from brief_audio.embedded.hold import ServerHold, hold_server

__all__ = ["EmbeddedServerError", "ServerHold", "hold_server"]
