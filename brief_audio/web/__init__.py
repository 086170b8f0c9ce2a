"""The public site: listener pages, their audio, and the server for both."""
