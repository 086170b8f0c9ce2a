"""What keeps an installation healthy: checks, errors, workers, storage, retention."""
