"""How quickly the dashboard answers when years of nights lie behind it."""
