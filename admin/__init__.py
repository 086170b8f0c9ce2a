"""The dashboard's room: the same services as the command line, behind a sign-in."""
