"""Text to PCM: engines behind one protocol, running in child processes."""
