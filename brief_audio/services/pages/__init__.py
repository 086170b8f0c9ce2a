"""Dashboard pages that cross subjects: what they show, read in one go."""
