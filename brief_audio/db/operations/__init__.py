"""The SQL of health, errors, workers, rate limits and retention."""
