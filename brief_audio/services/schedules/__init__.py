"""Schedules: their rules, changes, due runs, run history and forecast."""
