"""The command line: one file a noun, and the only reader of the environment."""

from brief_audio.cli.main import main

__all__ = ["main"]
