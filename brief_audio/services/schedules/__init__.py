"""Make, change and preview schedules; `services/nights.py` carries out their runs."""
