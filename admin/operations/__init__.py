"""Workers, health and errors."""
