"""When a show's nights are: cron expressions, time zones, and decisions for single dates."""
