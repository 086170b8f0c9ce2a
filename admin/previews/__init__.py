"""Preview an item or a text, and re-record an item."""
