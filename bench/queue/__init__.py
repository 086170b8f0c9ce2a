"""How quickly the queue hands out jobs, beside procrastinate on the same PostgreSQL."""
