"""Benchmarks: each runnable module prints a table and, last, one line of JSON."""
