"""The dashboard: the same services as the command line, another face; one file for each family of pages."""
