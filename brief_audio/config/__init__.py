"""Settings: read from the environment, checked, frozen."""
