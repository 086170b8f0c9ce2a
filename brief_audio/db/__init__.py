"""All of the product's SQL. Functions take a session as their first argument and never commit."""
