"""Store bytes under validated, immutable names: on disk or in Google Cloud Storage."""
