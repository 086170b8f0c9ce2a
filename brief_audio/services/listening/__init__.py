"""What listeners may read and hear."""
