"""Users of the dashboard: who they are, how they sign in, what they may do."""
