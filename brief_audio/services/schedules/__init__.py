"""Schedules as people make, change and preview them; the nights that follow them stand in `services/nights.py`."""
