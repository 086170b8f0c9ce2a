"""Users of the dashboard: accounts, sign-in and permissions."""
