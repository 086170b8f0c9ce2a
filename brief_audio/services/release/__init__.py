"""Which rendition listeners get: publish, hold, roll back."""
