"""The pages of jobs: list, one job, and the actions on jobs."""
