"""Brief Audio: a team's daily brief becomes a published, streamable audio edition, every night, by itself."""

__version__ = "0.1.0"
