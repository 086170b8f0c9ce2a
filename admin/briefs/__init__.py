"""The pages of briefs: list, calendar, one brief, its items and renditions, new briefs."""
