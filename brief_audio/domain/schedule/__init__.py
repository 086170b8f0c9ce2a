"""When a show's nights are: cron expressions, time zones, and overrides for single dates."""
