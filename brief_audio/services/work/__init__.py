"""What every kind of leased work shares: its kind, and one attempt at it."""
