"""Send stored objects, whole or in ranges, to listeners and dashboard users."""
