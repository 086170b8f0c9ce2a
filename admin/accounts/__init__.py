"""Sign-in, one's own account, users."""
