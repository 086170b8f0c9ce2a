"""The SQL of users, sessions, one-time links and sign-in attempts."""
