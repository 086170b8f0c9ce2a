"""The SQL of jobs, previews and renditions."""
