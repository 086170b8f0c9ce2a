"""The command line: one file per noun. Only this package reads the environment."""

from brief_audio.cli.main import main

__all__ = ["main"]
