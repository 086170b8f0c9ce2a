"""All SQL of the product: functions take a session first and never commit."""
