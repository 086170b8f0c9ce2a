"""Run PostgreSQL from a wheel: it starts with the first command that needs it and stops after the last one ends."""

from brief_audio.embedded.errors import EmbeddedServerError
from brief_audio.embedded.hold import ServerHold, hold_server

__all__ = ["EmbeddedServerError", "ServerHold", "hold_server"]
