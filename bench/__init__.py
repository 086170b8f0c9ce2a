"""Measured claims: each module that can be run prints one table and, last, one line of JSON."""
