"""The way to the database: engine, transactions, time limits, wake-ups, migrations."""
