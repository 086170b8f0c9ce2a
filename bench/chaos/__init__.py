"""Kill, stop and resume workers at random while jobs run, and check what happened to every job."""
