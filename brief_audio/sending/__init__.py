"""Sends stored objects to whoever may have them, whole or in parts: the site's listeners and the dashboard's users."""
