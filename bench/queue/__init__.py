"""How fast the queue hands out jobs, compared with procrastinate on the same PostgreSQL."""
