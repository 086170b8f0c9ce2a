"""The clock and the worker: they wake up, claim jobs and carry them out."""
