"""Briefs: written, imported, edited, and what a new rendition would re-record."""
