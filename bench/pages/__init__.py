"""How fast the dashboard answers with years of history."""
