"""Shows, their voices and covers."""
