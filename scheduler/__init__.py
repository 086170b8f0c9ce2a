"""The clock and the worker: what wakes up, claims a job and sees it through."""
