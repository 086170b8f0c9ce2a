"""The sample show's cover, 1400 px square."""

from pathlib import Path

SAMPLE_COVER = Path(__file__).with_name("cover.png")
SAMPLE_COVER_ALT = "Cover of Morning Brief: white sound bars rising over a blue field"
