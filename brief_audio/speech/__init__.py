"""Text to PCM: engines behind one protocol, spoken in child processes."""
