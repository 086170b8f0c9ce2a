"""When a show's scheduled runs are due: cron expressions, time zones, and overrides for single dates."""
